import type { Installation, PackageEntry, Packages } from '../../packages/packages.ts'
import { sbomOf } from '../../packages/sbom/sbom.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { agrees } from '../packages/ask.ts'
import { type Compared, compared, comparedText } from '../packages/compare.ts'
import { cells, entryText, entryView, HEAD } from '../packages/entry-text.ts'
import { type InstallCommand, installOne } from '../packages/install-one.ts'
import { entryNamed, serversNamed, withPackages } from '../packages/open-packages.ts'
import { jsonLines, line, paint, printable, show, table, talk } from '../terminal.ts'
import { packageVersion } from '../version.ts'

/** `bailiwick packages ls [SERVER]`: what was installed, and what was decided. */
export function packagesList(context: Context, server: string | undefined): Promise<Exit> {
  return withPackages(context, async ({ packages, servers }) => {
    const entries = await packages.list(server)
    const known = new Set(entries.map((entry) => entry.server))
    const missing = (server === undefined ? servers : serversNamed(servers, server))
      .map(({ name }) => name)
      .filter((name) => !known.has(name))
    await show(context, { packages: entries.map(entryView), missing }, () =>
      table(HEAD, entries.map(cells)),
    )
    for (const name of missing)
      talk(context, printable(`not installed: ${name} (\`bailiwick packages install ${name}\`)`))
    return 'ok'
  })
}

/** `bailiwick packages install [SERVER]` and `packages update [SERVER]`. */
export function packagesInstall(
  context: Context,
  server: string | undefined,
  options: InstallCommand,
): Promise<Exit> {
  return withPackages(context, async (open) => {
    const servers = serversNamed(open.servers, server)
    if (servers.length === 0) talk(context, 'no server is run from a package')
    const done: Installation[] = []
    for (const one of servers) done.push(await installOne(context, open, one, options))
    const shown = done.map(({ outcome, entry }) => ({ outcome, ...entryView(entry) }))
    await show(context, { packages: shown }, () =>
      done.map(({ outcome, entry: { server: name, name: what, version, state } }) =>
        printable(`${name}: ${what}@${version} ${outcome}, ${state}`),
      ),
    )
    return done.every(({ entry }) => entry.state === 'approved') ? 'ok' : 'findings'
  })
}

/** `bailiwick packages diff SERVER`: what waits, against what runs; `findings` when something waits. */
export function packagesDiff(
  context: Context,
  server: string,
  { id }: { readonly id?: string },
): Promise<Exit> {
  return withPackages(context, async ({ packages }) => {
    const entries = await packages.list(server)
    if (id === undefined && !entries.some(({ state }) => state === 'pending')) {
      await show(context, { waiting: null, diff: null }, () => ['nothing waits'])
      return 'ok'
    }
    const entry = entryNamed(entries, server, id, ['pending'])
    const seen = await compared(packages, entries, entry)
    await show(context, view(seen), () => [...entryText(context, entry), ...comparedText(seen)])
    return 'findings'
  })
}

function view({ entry, diff }: Compared) {
  return { waiting: entryView(entry), diff: diff ?? null }
}

export interface DecisionCommand {
  readonly id?: string
  readonly reason?: string
  readonly yes: boolean
}

/** `bailiwick packages approve SERVER`: shows what is new, and lets it run from its next start on. */
export function packagesApprove(
  context: Context,
  server: string,
  options: DecisionCommand,
): Promise<Exit> {
  return withPackages(context, async ({ packages, by }) => {
    const entries = await packages.list(server)
    const entry = entryNamed(entries, server, options.id, ['pending'])
    const fault = await packages.verify(entry)
    if (fault !== undefined) {
      await show(context, { entry: entryView(entry), fault }, () => [
        `${paint(context, 'red', fault.reason)}  ${printable(fault.why)}`,
      ])
      return 'findings'
    }
    const seen = await compared(packages, entries, entry)
    // With `--json` the data is the outcome; what is decided on is talk.
    for (const text of [...entryText(context, entry), ...comparedText(seen)]) talk(context, text)
    if (!(await agrees(context, `run it as \`${server}\` from now on`, options.yes))) {
      talk(context, 'nothing was decided')
      return 'findings'
    }
    const { reason } = options
    return decided(context, packages, entry, { state: 'approved', by, reason })
  })
}

/** `bailiwick packages reject SERVER`: it does not run, and its files go. */
export function packagesReject(
  context: Context,
  server: string,
  options: Omit<DecisionCommand, 'yes'>,
): Promise<Exit> {
  return withPackages(context, async ({ packages, by }) => {
    const entries = await packages.list(server)
    const entry = entryNamed(entries, server, options.id, ['pending'])
    const { reason } = options
    return decided(context, packages, entry, { state: 'rejected', by, reason })
  })
}

async function decided(
  context: Context,
  packages: Packages,
  { server, id }: PackageEntry,
  decision: Parameters<Packages['decide']>[2],
): Promise<Exit> {
  const entry = await packages.decide(server, id, decision)
  if (entry === undefined) return 'findings'
  await show(context, { package: entryView(entry) }, () => [
    printable(`${server}: ${entry.name}@${entry.version} ${entry.state}`),
  ])
  return 'ok'
}

/** `bailiwick packages verify [SERVER]`: reads every file of what may run; `findings` when one is wrong. */
export function packagesVerify(context: Context, server: string | undefined): Promise<Exit> {
  return withPackages(context, async ({ packages }) => {
    const entries = (await packages.list(server)).filter(({ state }) => state === 'approved')
    const checked = []
    for (const entry of entries) checked.push({ entry, fault: await packages.verify(entry) })
    const results = checked.map(({ entry: { server: name, id, name: what, version }, fault }) => ({
      ...{ server: name, id, name: what, version, fault: fault ?? null },
    }))
    const ok = results.every(({ fault }) => fault === null)
    await show(context, { ok, packages: results }, () =>
      results.map(({ server: name, name: what, version, fault }) => {
        const word =
          fault === null ? paint(context, 'green', 'ok') : paint(context, 'red', fault.reason)
        const why = fault === null ? '' : `: ${fault.why}`
        return `${word}  ${printable(`${name}: ${what}@${version}${why}`)}`
      }),
    )
    for (const name of new Set(
      results.filter(({ fault }) => fault !== null).map((one) => one.server),
    ))
      talk(context, `fix: find out who changed it, then run \`bailiwick packages install ${name}\``)
    if (entries.length === 0) talk(context, 'no packages')
    return ok ? 'ok' : 'findings'
  })
}

/** `bailiwick packages sbom SERVER`: the bill of materials of what runs (CycloneDX, JSON). */
export function packagesSbom(
  context: Context,
  server: string,
  { id }: { readonly id?: string },
): Promise<Exit> {
  return withPackages(context, async ({ packages }) => {
    const entries = await packages.list(server)
    const entry = entryNamed(entries, server, id, ['approved', 'pending'])
    const lock = await packages.lockOf(entry)
    const bill = sbomOf({ package: entry, lock, at: entry.installed, tool: packageVersion() })
    for (const text of jsonLines(bill)) await line(context, text)
    return 'ok'
  })
}
