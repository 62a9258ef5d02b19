// Tells the app where its server is, so that it need not try every part of the address, and that we say ourselves when the network
// is gone: its own message would lie over the page.
window.__streamlit = {
  BACKEND_BASE_URL: `${location.origin}/`,
  HOST_CONFIG: { allowedOrigins: [], useExternalAuthToken: false, blockErrorDialogs: true },
};
