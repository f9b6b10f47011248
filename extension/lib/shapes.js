// One shape per state, so that colour is never alone: the path of each, in a box of 16 by 16.
/** @type {Record<string, string>} */
export const SHAPES = {
  watching: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zm0 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6z',
  armed: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z',
  winning: 'M6.500 12.500 2 8l1.500-1.500 3 3 6-6L14 5z',
  outbid: 'M8 2l5.500 6H10v6H6V8H2.500z',
  needs: 'M8 1.500 15 14H1zM7.200 6v4h1.600V6zm0 5v1.600h1.600V11z',
  doubt: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm-.8 10.200h1.600v1.600H7.200zM5.300 6C5.400 4.500 6.500 3.600 8 3.600c1.600 0 2.700.9 2.700 2.300 0 1.800-1.900 2-1.900 3.600v.3H7.200v-.4c0-2 1.800-2.300 1.800-3.400 0-.6-.4-1-1-1s-1 .4-1.100 1z',
  won: 'M6.500 12.500 2 8l1.500-1.500 3 3 6-6L14 5z',
  lost: 'M3 7h10v2H3z',
  ended: 'M3 7h10v2H3z',
  stale: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm-.8 3h1.600v3.700l2.400 2.400-1.100 1.100-2.900-2.900z',
};
