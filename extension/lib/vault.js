// Where keys are kept: IndexedDB takes a key that cannot be taken out again, chrome.storage could not.
const NAME = 'bidwright', STORE = 'keys';

/** The key kept under *name*; null when there is none. Raises DOMException when the browser's store fails. @param {string} name @returns {Promise<CryptoKey | null>} */
export const key = async name => await act('readonly', store => store.get(name)) ?? null;
/** @param {string} name @param {CryptoKey} value */
export const keep = (name, value) => act('readwrite', store => store.put(value, name));
/** @param {string} name */
export const forget = name => act('readwrite', store => store.delete(name));

/** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} work @returns {Promise<any>} */
async function act(mode, work) {
  const base = await opened();
  try {
    const transaction = base.transaction(STORE, mode), request = work(transaction.objectStore(STORE));
    await new Promise((resolve, reject) => { transaction.oncomplete = resolve; transaction.onerror = transaction.onabort = () => reject(transaction.error); });
    return request.result;
  } finally { base.close(); }
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
