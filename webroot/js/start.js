// First the page is painted: scripts that are read and draw meanwhile would take the processor's time from that.

const { plots, page } = document.getElementById('start').dataset;

if (!document.hidden) {
  await new Promise((done) => { new PerformanceObserver(done).observe({ type: 'paint', buffered: true }); setTimeout(done, 500); });
}
const script = document.createElement('script');
script.src = plots;
script.onload = () => import(page);
document.head.append(script);
