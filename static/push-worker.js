// Shows what arrives, and opens its page. It keeps nothing and serves no pages: without it the site is the same.
self.addEventListener("push", (event) => {
  const { title, body, url, tag } = event.data.json();
  const options = { body, tag, data: { url }, icon: "/static/icons/favicon.svg" };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const wanted = new URL(event.notification.data.url, self.location.origin);
  if (wanted.origin === self.location.origin) event.waitUntil(self.clients.openWindow(wanted.href));
});
