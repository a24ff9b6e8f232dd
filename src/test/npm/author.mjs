// The author, who is logged in in the browser, answers a client's authorization request on the consent page.
import { webcrypto } from 'node:crypto';
import { elements } from 'rel-parser';

// Node.js 18 has it, but not as a global.
globalThis.crypto ??= webcrypto;

export const site = process.env.SITE;
const cookie = process.env.COOKIE;

/** Ticks all but the refused scopes, approves, and gives the URL that the browser is sent to. */
export async function consent(authorizationUrl, refused = []) {
  const page = await fetch(authorizationUrl, { headers: { cookie, accept: 'text/html' } });
  if (page.status !== 200) {
    throw new Error(`the consent page answered ${page.status}`);
  }
  const form = new URLSearchParams({ decision: 'approve' });
  for (const { name, attributes: input } of elements(await page.text())) {
    if (name === 'input' && (input.type === 'hidden' || !refused.includes(input.value))) {
      form.append(input.name, input.value);
    }
  }
  const answer = await fetch(new URL('/auth/consent', site), {
    method: 'POST',
    body: form,
    headers: { cookie, origin: new URL(site).origin },
    redirect: 'manual',
  });
  const back = answer.headers.get('location');
  if (answer.status !== 302 || !back) {
    throw new Error(`consent answered ${answer.status}: ${await answer.text()}`);
  }
  return new URL(back);
}
