// A person posts with a client built on micropub-helper: log in, write, change, delete, bring back, look, upload.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Micropub } from 'micropub-helper';
import { consent, site } from './author.mjs';

const client = new Micropub({
  me: site,
  state: 'a state',
  scope: 'create update delete undelete media',
  clientId: 'http://127.0.0.1:7777/',
  redirectUri: 'http://127.0.0.1:7777/back',
});

const page = async (url) => {
  const answer = await fetch(url);
  return { status: answer.status, text: await answer.text() };
};

const authorizationUrl = await client.getAuthUrl();
assert.deepEqual(
  [client.options.micropubEndpoint, client.options.authEndpoint, client.options.tokenEndpoint],
  ['micropub', 'auth', 'auth/token'].map((path) => new URL(path, site).href),
);
const back = await consent(authorizationUrl);
assert.equal(back.searchParams.get('state'), 'a state');
await client.getToken(back.searchParams.get('code'));
assert.equal(await client.verifyToken().catch((error) => error.status), 400, 'a query without q is 400, not 401');

const config = await client.query('config');
client.options = { mediaEndpoint: config['media-endpoint'] };
assert.deepEqual(config['syndicate-to'], []);

const json = await client.create({
  type: ['h-entry'],
  properties: { content: ['Written with micropub-helper 👋'], category: ['helped', 'json'] },
});
assert.match((await page(json)).text, /Written with micropub-helper 👋/);
const form = await client.create({ h: 'entry', content: 'A form', category: ['helped', 'form'] }, 'form');
assert.equal((await page(form)).status, 200);

const picture = new Blob([await readFile(new URL('pixel.png', import.meta.url))], { type: 'image/png' });
const photo = await client.postMedia(picture);
assert.equal((await fetch(photo)).headers.get('content-type'), 'image/png');
const multipart = await client.create({ h: 'entry', content: 'With a picture', photo: picture }, 'multipart');
assert.match((await page(multipart)).text, /class="u-photo"/);

assert.equal(await client.update(json, { replace: { content: ['Changed'] }, add: { category: ['more'] } }), '');
assert.deepEqual((await client.querySource(json)).properties.category.sort(), ['helped', 'json', 'more']);
assert.deepEqual(await client.querySource(json, ['content']), { properties: { content: ['Changed'] } });
assert.equal((await client.querySource({ limit: 2 })).items.length, 2);
assert.ok((await client.query('category')).categories.includes('helped'));

await client.delete(json);
assert.equal((await page(json)).status, 410);
await client.undelete(json);
assert.match((await page(json)).text, /Changed/);

await assert.rejects(() => client.update(json, { replace: 'no array' }), /did not return a location/);
console.log('posted', json, form, multipart);
