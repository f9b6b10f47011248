// Content scripts cannot be modules, so this one fetches the module. Put in twice, it does nothing the second time.
(() => {
  const mark = 'bidwrightHere';
  if (document.documentElement.dataset[mark] === chrome.runtime.id) return;
  document.documentElement.dataset[mark] = chrome.runtime.id;
  import(chrome.runtime.getURL('content/main.js')).then(module => module.main()).catch(error => {
    delete document.documentElement.dataset[mark];
    console.warn('Bidwright could not start on this page:', error);
  });
})();
