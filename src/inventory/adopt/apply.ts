import { sha256 } from '../../kernel/hash.ts'
import type { HostId } from '../../kernel/inventory.ts'
import { type Draft, draftOf } from './draft.ts'
import type { Journal, JournalRecord } from './journal.ts'
import type { Plan, PlannedFile } from './plan-words.ts'
import type { FileSystem, GatewayServers, SecretStore } from './ports.ts'
import { FileRefused, readText, replaceText } from './replace-file.ts'
import type { SecretValues } from './secret-values.ts'

/** What adoption acts on. */
export interface ApplyParts {
  readonly files: FileSystem
  readonly journal: Journal
  readonly secrets: SecretStore
  readonly gateway: GatewayServers
}

/** What became of one entry. The message holds no value. */
export interface AdoptedItem {
  readonly host: HostId
  readonly file: string
  readonly server: string
  readonly gateway: string
  readonly state: 'adopted' | 'failed'
  /** Such as `changed_meanwhile`, `vault`, `gateway`. */
  readonly code?: string
  readonly message?: string
}

export interface Applied {
  readonly items: readonly AdoptedItem[]
  /** What could not be undone after a failure: names of servers and secrets that stay for nothing. */
  readonly leftovers: readonly string[]
}

/**
 * Does what a plan says: secrets into the vault, servers into the gateway's configuration, then the files
 * of the hosts, each in one step. The journal is durable before any of that. A file that fails takes back
 * what was done for it alone; the vault and the gateway take back everything. A machine that stops at any
 * moment leaves files that are whole, old or new, and a journal from which `release` works.
 *
 * @returns what became of each entry. Never throws for one.
 */
export async function applyPlan(
  plan: Plan,
  values: SecretValues,
  parts: ApplyParts,
): Promise<Applied> {
  return new Applying(plan, values, parts).run()
}

interface Step {
  readonly draft: Draft
  readonly record: JournalRecord
}

class Applying {
  readonly #plan: Plan
  readonly #values: SecretValues
  readonly #parts: ApplyParts
  readonly #items: AdoptedItem[] = []
  readonly #leftovers: string[] = []
  readonly #stored = new Set<string>()
  readonly #added = new Set<string>()
  #steps: readonly Step[] = []

  constructor(plan: Plan, values: SecretValues, parts: ApplyParts) {
    this.#plan = plan
    this.#values = values
    this.#parts = parts
  }

  async run(): Promise<Applied> {
    const drafts = this.#plan.files.flatMap((planned) => this.#draft(planned))
    if (this.#noteAll(drafts) && (await this.#storeAll()) && (await this.#addAll()))
      for (const step of this.#steps) this.#write(step)
    await this.#takeBack()
    return { items: this.#items, leftovers: this.#leftovers }
  }

  #draft(planned: PlannedFile): readonly Draft[] {
    try {
      return [draftOf(this.#parts.files, planned, this.#plan.servers)]
    } catch (error) {
      this.#fail(planned, 'file', error)
      return []
    }
  }

  #noteAll(drafts: readonly Draft[]): boolean {
    const steps: Step[] = []
    try {
      for (const draft of drafts) {
        const record = { id: this.#parts.journal.nextId(), ...draft.record }
        steps.push({ draft, record })
        this.#parts.journal.write(record)
      }
      this.#steps = steps
      return true
    } catch (error) {
      for (const { record } of steps) this.#forget(record)
      for (const { planned } of drafts) this.#fail(planned, 'journal', error)
      return false
    }
  }

  async #storeAll(): Promise<boolean> {
    const needed = new Set(this.#steps.flatMap(({ record }) => secretsOf(record)))
    for (const secret of this.#plan.secrets.filter(({ name }) => needed.has(name))) {
      const value = this.#values.get(secret.name)
      try {
        if (value === undefined) throw new Error('the value of a secret is missing')
        await this.#parts.secrets.store({ ...secret, value })
        this.#stored.add(secret.name)
      } catch (error) {
        this.#failAll('vault', error)
        return false
      }
    }
    return true
  }

  async #addAll(): Promise<boolean> {
    const needed = new Set(this.#steps.flatMap(({ record }) => gatewaysOf(record)))
    const servers = this.#plan.servers.filter(({ name }) => needed.has(name))
    if (servers.length === 0) return true
    try {
      await this.#parts.gateway.add(servers)
      for (const { name } of servers) this.#added.add(name)
      return true
    } catch (error) {
      this.#failAll('gateway', error)
      return false
    }
  }

  #write({ draft, record }: Step): void {
    const { planned, read, text } = draft
    const { files } = this.#parts
    let failure: unknown
    try {
      replaceText(files, planned.file, { read, text, isPrivate: planned.holdsSecrets })
    } catch (error) {
      failure = error
    }
    if (failure === undefined || this.#now(planned.file) === sha256(text)) {
      for (const { server, gateway } of planned.entries)
        this.#items.push({ ...itemOf(planned), server, gateway, state: 'adopted' })
      return
    }
    this.#forget(record)
    this.#fail(planned, 'file', failure)
  }

  /** Removes what no file needs that was written. */
  async #takeBack(): Promise<void> {
    const adopted = this.#items.filter(({ state }) => state === 'adopted')
    const used = new Set(adopted.map(({ gateway }) => gateway))
    const servers = this.#plan.servers.filter(({ name }) => used.has(name))
    const kept = new Set(servers.flatMap(({ secrets }) => secrets))
    const idle = [...this.#added].filter((name) => !used.has(name))
    if (idle.length > 0) await this.#undo(idle, () => this.#parts.gateway.remove(idle))
    for (const name of this.#stored)
      if (!kept.has(name)) await this.#undo([name], () => this.#parts.secrets.remove(name))
  }

  async #undo(names: readonly string[], act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch {
      this.#leftovers.push(...names)
    }
  }

  #failAll(code: string, error: unknown): void {
    for (const { draft, record } of this.#steps) {
      this.#forget(record)
      this.#fail(draft.planned, code, error)
    }
  }

  #fail(planned: PlannedFile, place: string, error: unknown): void {
    const code = error instanceof FileRefused ? error.code : place
    const message = error instanceof Error ? error.message : 'it failed'
    for (const { server, gateway } of planned.entries)
      this.#items.push({ ...itemOf(planned), server, gateway, state: 'failed', code, message })
  }

  /** A record that stays does no harm: `release` sees that nothing was written. */
  #forget({ id }: JournalRecord): void {
    try {
      this.#parts.journal.remove(id)
    } catch {
      this.#leftovers.push(`journal ${id}`)
    }
  }

  #now(path: string): string | undefined {
    try {
      return readText(this.#parts.files, path).digest
    } catch {
      return undefined
    }
  }
}

function itemOf({ host, file }: PlannedFile): Pick<AdoptedItem, 'host' | 'file'> {
  return { host, file }
}

function secretsOf({ entries }: JournalRecord): readonly string[] {
  return entries.flatMap(({ secrets }) => secrets)
}

function gatewaysOf({ entries }: JournalRecord): readonly string[] {
  return entries.map(({ gateway }) => gateway)
}
