// Prints what microformats-parser reads from each of the pages that are named: one JSON array.
import { mf2 } from 'microformats-parser';

const read = async (url) => {
  const answer = await fetch(url, { headers: { accept: 'text/html' } });
  return { status: answer.status, ...mf2(await answer.text(), { baseUrl: answer.url }) };
};
console.log(JSON.stringify(await Promise.all(process.argv.slice(2).map(read))));
