import { type Applied, type ApplyParts, applyPlan } from '../../inventory/adopt/apply.ts'
import { nodeFiles } from '../../inventory/adopt/node-files.ts'
import { planAdoption } from '../../inventory/adopt/plan.ts'
import type { Plan } from '../../inventory/adopt/plan-words.ts'
import { type Preview, previewPlan } from '../../inventory/adopt/preview.ts'
import { agree } from '../adopt/agree.ts'
import { withFirstConfig } from '../adopt/first-config.ts'
import { configServers, journalIn, noSecrets, vaultStore } from '../adopt/keepers.ts'
import { type AdoptOptions, look } from '../adopt/look.ts'
import { previewText } from '../adopt/preview-text.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { load } from '../load.ts'
import { withSecrets } from '../secrets/open-secrets.ts'
import { paint, printable, show, table, talk } from '../terminal.ts'

export interface AdoptCommandOptions extends AdoptOptions {
  readonly dryRun: boolean
  readonly yes: boolean
}

/** `bailiwick adopt`: `findings` when an entry failed. */
export async function adopt(asked: Context, options: AdoptCommandOptions): Promise<Exit> {
  const context = withFirstConfig(asked)
  const { configs, parts } = await look(context, options)
  const first = planAdoption(configs, { ...parts, secrets: [] })
  const previews = previewPlan(first.plan, nodeFiles(), parts.sense)
  if (options.dryRun || first.plan.files.length === 0) {
    await show(context, { plan: first.plan, previews }, () =>
      planText(context, first.plan, previews),
    )
    return 'ok'
  }
  for (const text of planText(context, first.plan, previews)) talk(context, text)
  await agree(context, 'write this?', options.yes)
  if (first.plan.secrets.length === 0) return apply(context, first, noSecrets)
  return withSecrets(context, async ({ secrets, by }) => {
    const names = (await secrets.list()).map(({ name }) => name)
    const planned = planAdoption(configs, { ...parts, secrets: names })
    return apply(context, planned, vaultStore(secrets, by))
  })
}

async function apply(
  context: Context,
  { plan, values }: ReturnType<typeof planAdoption>,
  secrets: ApplyParts['secrets'],
): Promise<Exit> {
  const { config } = load(context)
  const journal = journalIn(config.dataDir)
  const gateway = configServers(context)
  const done = await applyPlan(plan, values, { files: nodeFiles(), journal, secrets, gateway })
  await show(context, { ...done, left: plan.left }, () => doneText(context, done))
  talk(
    context,
    'hosts take this up when they are started again; `bailiwick release` puts it all back',
  )
  const failed = done.items.some(({ state }) => state === 'failed')
  return failed || done.leftovers.length > 0 ? 'findings' : 'ok'
}

function planText(context: Context, plan: Plan, previews: readonly Preview[]): readonly string[] {
  const entries = plan.files.flatMap(({ host, file, entries }) =>
    entries.map(({ server, gateway, way }) => [host, server, gateway, way, file]),
  )
  const left = plan.left.map(({ host, server, reason, message, file }) => [
    ...[host, server, reason, message, file],
  ])
  return [
    ...(entries.length === 0 ? ['nothing to adopt'] : []),
    ...(entries.length === 0 ? [] : table(['HOST', 'SERVER', 'BECOMES', 'BY', 'FILE'], entries)),
    ...plan.secrets.map(({ name, servers }) =>
      printable(`into the vault: ${name}, for ${servers.join(', ')}`),
    ),
    ...(left.length === 0 ? [] : ['', 'left as it is:']),
    ...(left.length === 0 ? [] : table(['HOST', 'SERVER', 'WHY', '', 'FILE'], left)),
    ...previews.flatMap((one) => ['', ...previewText(context, one)]),
  ]
}

function doneText(context: Context, { items, leftovers }: Applied): readonly string[] {
  return [
    ...items.map(({ host, server, gateway, state, message, file }) => {
      const color = state === 'adopted' ? 'green' : 'red'
      const more = message === undefined ? `now ${gateway}` : message
      return `${paint(context, color, state)}  ${printable(`${host}  ${server}: ${more}  (${file})`)}`
    }),
    ...leftovers.map((name) => printable(`could not be taken back: ${name}`)),
  ]
}
