// What micropub-helper needs of rel-parser: the rels of a page, each with its absolute URLs in order. As there, a rel that the
// Link header names is the header's alone.
import { parse } from 'parse5';

/** The elements of a page in order: their names, and their attributes by name. */
export function elements(html) {
  const found = [];
  const visit = (node) => {
    if (node.attrs) {
      found.push({ name: node.nodeName, attributes: Object.fromEntries(node.attrs.map(({ name, value }) => [name, value])) });
    }
    node.childNodes?.forEach(visit);
  };
  visit(parse(html));
  return found;
}

function add(rels, names, url) {
  for (const name of names.toLowerCase().split(/\s+/).filter(Boolean)) {
    rels[name] = [...new Set([...(rels[name] ?? []), url])];
  }
}

export async function relParser(pageUrl, html, headers) {
  const ofPage = {};
  for (const { attributes: { rel, href } } of elements(html)) {
    if (rel !== undefined && href !== undefined) {
      add(ofPage, rel, new URL(href, pageUrl).href);
    }
  }
  const ofHeader = {};
  for (const [, target, parameters] of (headers.link ?? '').matchAll(/<([^>]*)>([^,]*)/g)) {
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(parameters);
    if (rel) {
      add(ofHeader, rel[1] ?? rel[2], new URL(target, pageUrl).href);
    }
  }
  return { ...ofPage, ...ofHeader };
}
