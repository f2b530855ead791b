// The ten rules on other engines: node peers.mjs FOLDER-OF-RULES FOLDER-OF-DATA
// Reads enterprises.json and sums.json as bench/rules wrote them, so that every engine answers about the same enterprises.
// Prints ns a rule and whether the ten sums equal exact arithmetic (each amount is rounded to the ten-thousandth of a yuan
// before it is added: two of these engines compute with binary or 28-digit numbers).
import { readFileSync } from 'node:fs';
import { evaluate, date } from 'feelin';
import * as zen from '@gorules/zen-engine';

const [rulesFolder, dataFolder] = process.argv.slice(2);
const enterprises = JSON.parse(readFileSync(`${dataFolder}/enterprises.json`, 'utf8'));
const sums = JSON.parse(readFileSync(`${dataFolder}/sums.json`, 'utf8'));
const small = Math.min(...Object.keys(sums).map(Number));
const names = Object.keys(enterprises[0]);
const rulesOf = (file) => readFileSync(`${rulesFolder}/${file}`, 'utf8').split('\n')
  .filter((line) => /^R\d+ /.test(line)).map((line) => line.replace(/^R\d+ /, ''));
const feel = rulesOf('rules.feel');
const expressions = rulesOf('rules.zen');
// headcount -> e.headcount, outside of quotes
const qualified = (rule, prefix) => rule.replace(/"[^"]*"|'[^']*'|[a-z_]+/g, (word) => (names.includes(word) ? prefix + word : word));
const parts = (amount) => BigInt(Math.round(Number(amount) * 10000));
let wrong = false;

// Processor time of all threads of this process, in ns: what others do on the machine does not count.
const now = () => { const used = process.cpuUsage(); return (used.user + used.system) * 1000; };
const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];

// work(k) gives the values of rule k for the first n enterprises
async function measure(what, n, rounds, work) {
  const times = [];
  const bad = [];
  for (let round = 0; round < rounds; round++) {
    let spent = 0;
    for (let k = 0; k < 10; k++) {
      const start = now();
      const values = await work(k);
      spent += now() - start;
      if (round === 0 && values.reduce((sum, v) => sum + parts(v), 0n) !== BigInt(sums[n][k])) bad.push(`R${k + 1}`);
    }
    times.push(spent / (n * 10));
  }
  report(what, median(times), n, bad);
}

// work() gives, for each of the first n enterprises, an object with all ten
async function measureTogether(what, n, rounds, work) {
  const times = [];
  let bad = [];
  for (let round = 0; round < rounds; round++) {
    const start = now();
    const results = await work();
    times.push((now() - start) / (n * 10));
    if (round === 0)
      bad = feel.map((_, k) => `R${k + 1}`).filter((name, k) => results.reduce((sum, r) => sum + parts(r[name]), 0n) !== BigInt(sums[n][k]));
  }
  report(what, median(times), n, bad);
}

function report(what, ns, n, bad) {
  wrong ||= bad.length > 0;
  console.log(`${what.padEnd(64)} ${ns.toFixed(1).padStart(10)} ns a rule  (${n} enterprises; ${bad.length ? `SUMS DIFFER: ${bad.join(' ')}` : 'sums equal'})`);
}

const all = enterprises.length;
const forFeel = enterprises.map((e) => ({ ...e, founded: date(e.founded), lent: date(e.lent) }));
const seconds = (text) => Date.parse(`${text}T00:00:00Z`) / 1000;
const forZen = enterprises.map((e) => ({ ...e, founded: seconds(e.founded), lent: seconds(e.lent) }));

const valueOf = (result) => (result !== null && typeof result === 'object' && 'value' in result ? result.value : result);
const loops = feel.map((rule) => `for e in enterprises return ${qualified(rule, 'e.')}`);
await measure('feelin, one `for` over all', all, 3, (k) => valueOf(evaluate(loops[k], { enterprises: forFeel })));
await measure('feelin, evaluate() for each (it parses each time)', small, 3,
  (k) => forFeel.slice(0, small).map((e) => valueOf(evaluate(feel[k], e))));

// all ten in one call, so that the enterprises cross into the engine once
const map = `map(enterprises, [${expressions.map((rule) => `(${qualified(rule, '#.')})`).join(', ')}])`;
await measureTogether('zen, one `map` over all, ten rules in it', all, 5,
  () => zen.evaluateExpressionSync(map, { enterprises: forZen }).map((r) => Object.fromEntries(r.map((v, k) => [`R${k + 1}`, v]))));
const engine = new zen.ZenEngine();
const decision = engine.createDecision({
  nodes: [
    { id: 'in', type: 'inputNode', name: 'in', position: { x: 0, y: 0 } },
    { id: 'rules', type: 'expressionNode', name: 'rules', position: { x: 1, y: 0 },
      content: { expressions: expressions.map((value, k) => ({ id: `r${k + 1}`, key: `R${k + 1}`, value })) } },
    { id: 'out', type: 'outputNode', name: 'out', position: { x: 2, y: 0 } },
  ],
  edges: [{ id: 'a', sourceId: 'in', targetId: 'rules', type: 'edge' }, { id: 'b', sourceId: 'rules', targetId: 'out', type: 'edge' }],
});
const decide = (options) => async () => {
  const results = [];
  for (let i = 0; i < all; i += 1000) {
    const some = await Promise.all(forZen.slice(i, i + 1000).map((e) => decision.evaluate(e, options)));
    results.push(...some.map((r) => r.result));
  }
  return results;
};
await measureTogether('zen, a decision of ten expressions, 1000 in flight', all, 5, decide(undefined));
await measureTogether('zen, the same with its trace', all, 3, decide({ trace: true }));
engine.dispose();
process.exitCode = wrong ? 1 : 0;
