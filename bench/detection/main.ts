import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { across } from './across.ts'
import { type Corpus, type DefinitionRecord, readCorpus } from './corpus.ts'
import { type JudgedDefinition, judgeDefinitions, judgeResults, judgeSecrets } from './judge.ts'
import { page } from './page.ts'
import { type Measured, reportText } from './report.ts'
import { type Judged, type Score, type Share, score } from './score.ts'

const USAGE = `Usage: npm run -s bench:detection -- DIR [--json | --page ACROSS]

Measures how well poisoned definitions, injected tool results and secrets are told from harmless ones,
on labelled data in DIR: definitions-malicious, definitions-benign, definitions-hard-negative,
definitions-wild, results and secrets, each .jsonl or .jsonl.gz. With --page, as a page for the
documentation; ACROSS is a file with what was measured across sources.`

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      page: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  const [folder] = positionals
  if (values.help || folder === undefined) {
    process.stderr.write(`${USAGE}\n`)
    return values.help ? 0 : 2
  }
  const measured = measure(readCorpus(folder))
  if (values.page !== undefined) {
    process.stdout.write(page(measured, readFileSync(values.page, 'utf8')))
    return 0
  }
  process.stdout.write(
    values.json ? `${JSON.stringify(measured, undefined, 2)}\n` : reportText(measured),
  )
  return 0
}

function measure(corpus: Corpus): Measured {
  const { poisoned, benign, results, secrets } = corpus
  return {
    ...(poisoned.length + benign.length > 0 ? { definitions: definitionsOf(corpus) } : {}),
    ...(results.length > 0 ? { results: score(judgeResults(results)) } : {}),
    ...(results.length > 0 ? { acrossFamilies: across(results) } : {}),
    ...(secrets.length > 0 ? { secrets: score(judgeSecrets(secrets)) } : {}),
  }
}

function definitionsOf(corpus: Corpus): NonNullable<Measured['definitions']> {
  const { poisoned, benign, resembling, wild } = corpus
  const judged = [...judgeDefinitions(poisoned, true), ...judgeDefinitions(benign, false)]
  const loosely = noticed(judged)
  return {
    ...score(judged),
    servers: serversOf(benign, judged),
    review: { recall: loosely.recall, falseAlarms: loosely.falseAlarms },
    resembling: score(judgeDefinitions(resembling, false)).falseAlarms,
    wild: noticed(judgeDefinitions(wild, true)).recall,
  }
}

/** The same, counting what people are asked to look at too. */
function noticed(judged: readonly JudgedDefinition[]): Score {
  return score(judged.map((one) => ({ ...one, flagged: one.noticed })))
}

function serversOf(benign: readonly DefinitionRecord[], judged: readonly Judged[]): Share {
  const flagged = new Set(judged.filter((one) => !one.bad && one.flagged).map(({ id }) => id))
  const servers = [...Map.groupBy(benign, ({ server }) => server ?? '').values()]
  const hit = servers.filter((tools) => tools.some(({ id }) => flagged.has(id))).length
  return { of: servers.length, hit, rate: servers.length === 0 ? 0 : hit / servers.length }
}

try {
  process.exitCode = main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
