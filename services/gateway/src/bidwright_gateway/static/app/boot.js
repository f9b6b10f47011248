// Brings the page up. Where one of its files did not come, because the gateway was just being started, it is loaded anew: a browser remembers
// a module that failed and does not ask for it again.
import('./main.js').catch(error => {
  console.warn('The page is loaded anew:', error.message);
  setTimeout(() => location.reload(), 2000);
});
