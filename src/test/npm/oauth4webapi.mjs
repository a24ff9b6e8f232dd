// A strict OAuth client logs in: discovery (RFC 8414), PKCE (RFC 7636), issuer (RFC 9207), token, introspection (RFC 7662),
// revocation (RFC 7009). oauth4webapi refuses whatever the standards do not allow.
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { consent, site } from './author.mjs';

const plain = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(site);
const server = await oauth.processDiscoveryResponse(
  issuer,
  await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...plain }),
);
assert.ok(server.authorization_response_iss_parameter_supported);
assert.deepEqual(server.code_challenge_methods_supported, ['S256']);

const client = { client_id: 'http://127.0.0.1:7777/' };
const redirectUri = 'http://127.0.0.1:7777/back';
const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const url = new URL(server.authorization_endpoint);
url.search = new URLSearchParams({
  response_type: 'code',
  client_id: client.client_id,
  redirect_uri: redirectUri,
  scope: 'profile create delete',
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
});

const back = await consent(url, ['delete']);
const redeem = async () =>
  oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    oauth.validateAuthResponse(server, client, back, state),
    redirectUri,
    verifier,
    plain,
  );
const token = await oauth.processAuthorizationCodeResponse(server, client, await redeem());
assert.equal(token.scope, 'profile create', 'the scope that the author unticked is not in it');
assert.equal(token.token_type, 'bearer');
assert.equal(token.me, issuer.href);
assert.equal(token.profile.name, 'Ada Author');

const bearer = (secret) => (_server, _client, _body, headers) => headers.set('authorization', `Bearer ${secret}`);
const ask = async (secret, asking = secret) =>
  oauth.processIntrospectionResponse(
    server,
    client,
    await oauth.introspectionRequest(server, client, bearer(asking), secret, plain),
  );
const alive = await ask(token.access_token);
assert.deepEqual([alive.active, alive.scope, alive.client_id], [true, 'profile create', client.client_id]);
assert.deepEqual(await ask('no such token', token.access_token), { active: false });

const post = (secret) =>
  oauth.protectedResourceRequest(
    secret,
    'POST',
    new URL('/micropub', site),
    new Headers({ 'content-type': 'application/x-www-form-urlencoded' }),
    'h=entry&content=Posted+by+a+strict+client',
    plain,
  );
assert.equal((await post(token.access_token)).status, 201);

await oauth.processRevocationResponse(
  await oauth.revocationRequest(server, client, oauth.None(), token.access_token, plain),
);
const challenge = await post(token.access_token).then(
  () => assert.fail('the revoked token still works'),
  (error) => error.cause[0],
);
assert.deepEqual([challenge.scheme, challenge.parameters.error], ['bearer', 'invalid_token']);

const again = await oauth.processAuthorizationCodeResponse(server, client, await redeem()).catch((error) => error);
assert.equal(again.error, 'invalid_grant');
console.log('logged in as', token.me);
