// Loads the scripts after the first paint, which they would delay.

const { plots, page } = document.getElementById('start').dataset;

if (!document.hidden) {
  await new Promise((done) => { new PerformanceObserver(done).observe({ type: 'paint', buffered: true }); setTimeout(done, 500); });
}
const script = document.createElement('script');
script.src = plots;
script.onload = () => import(page);
document.head.append(script);
