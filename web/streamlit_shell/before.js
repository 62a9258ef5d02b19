// Gives the app its server's address, so that it need not try every part of the page's address, and turns off its own message
// about a lost network, which would cover the page: we show ours.
window.__streamlit = {
  BACKEND_BASE_URL: `${location.origin}/`,
  HOST_CONFIG: { allowedOrigins: [], useExternalAuthToken: false, blockErrorDialogs: true },
};
