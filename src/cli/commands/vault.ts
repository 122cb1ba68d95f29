import type { KeyProvider } from '../../kernel/vault.ts'
import { checkVault } from '../../vault/seal/check-vault.ts'
import { type Rotated, rotateKeys } from '../../vault/seal/rotation.ts'
import { createSealer } from '../../vault/seal/sealer.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { paint, printable, show, talk } from '../terminal.ts'
import { keyFile } from '../vault/open-keys.ts'
import { withKeys } from '../vault/open-keys-once.ts'

/** Rows of each table that a check tries. */
const SAMPLE = 20
const DAY = 86_400_000
/** Whoever sealed under the old key has stored it by then. */
const IN_FLIGHT = 3_600_000

/** `bailiwick vault check`: proves who keeps the keys, and tries some rows; `findings` when one does not open. */
export function vaultCheck(context: Context): Promise<Exit> {
  return withKeys(context, async ({ config, store, keys, witness, by }) => {
    const found = await checkVault({ store, keys }, SAMPLE)
    const { keyId, rows, sampled, failed } = found
    const file = keyFile(config)
    await show(context, { ok: failed.length === 0, kind: keys.kind, file, ...found }, () => [
      `${verdict(context, failed.length === 0)}  ${keys.kind}: the key \`${printable(keyId)}\` seals and opens`,
      ...rows.map(({ keyId: id, rows: count }) => printable(`${count} sealed under ${id}`)),
      `${sampled - failed.length} of ${sampled} tried credentials open`,
      ...failures(failed),
    ])
    if (file !== undefined)
      talk(
        context,
        printable(
          `keep a copy of \`${file}\`, apart from the database: without it nothing opens, and with both everything does`,
        ),
      )
    if (rows.some(({ keyId: id }) => id !== keyId))
      talk(context, 'some are under an older key: `bailiwick vault rotate --rewrap-only`')
    if (failed.length === 0) return 'ok'
    await witness({
      ...{ event: 'vault.refused', outcome: 'refused', target: keyId },
      detail: { reason: 'some rows do not open', failed: failed.length, sampled, by },
    })
    return 'findings'
  })
}

export interface RotateCommand {
  readonly rewrapOnly: boolean
  readonly keepDays: number
}

/** `bailiwick vault rotate`: all rows come under a new key; `findings` when one could not. */
export function vaultRotate(
  context: Context,
  { rewrapOnly, keepDays }: RotateCommand,
): Promise<Exit> {
  return withKeys(context, async ({ config, store, keys, witness, by }) => {
    const sealer = createSealer({ keys, clock: Date.now, cache: 0 })
    const keep = Math.max(keepDays * DAY, IN_FLIGHT)
    const done = await rotateKeys({
      ...{ store, sealer, keys, clock: Date.now, fresh: !rewrapOnly, keep },
      progress: ({ done: rows, of }) => talk(context, `${rows} of ${of}`),
    })
    const { keyId, made, rewrapped, failed, forgotten } = done
    const outcome = failed.length === 0 ? 'done' : 'refused'
    await witness({
      ...{ event: 'vault.rotated', outcome, target: keyId },
      detail: { kind: keys.kind, made, rewrapped, failed: failed.length, forgotten, by },
    })
    await show(context, { kind: keys.kind, ...done }, () => rotatedText(context, keys, done))
    const file = keyFile(config)
    if (made && file !== undefined)
      talk(context, printable(`\`${file}\` was changed: keep a new copy of it`))
    if (!made && !rewrapOnly)
      talk(context, `${keys.kind} makes no keys from here: make one there, then run this again`)
    return failed.length === 0 ? 'ok' : 'findings'
  })
}

function rotatedText(context: Context, { kind }: KeyProvider, done: Rotated): readonly string[] {
  const { keyId, made, rewrapped, failed, forgotten, kept } = done
  return [
    `${verdict(context, failed.length === 0)}  ${kind}: ${made ? 'new key' : 'key'} \`${printable(keyId)}\``,
    `${rewrapped} brought under it`,
    ...forgotten.map((id) => printable(`forgotten: ${id}`)),
    ...kept.map(({ keyId: id, rows }) => printable(`kept: ${id} (${rows} need it)`)),
    ...failures(failed),
  ]
}

function failures(failed: Rotated['failed']): readonly string[] {
  return failed.map(({ table, at }) => printable(`does not open: ${table} ${at.join(' ')}`))
}

function verdict(context: Context, good: boolean): string {
  return good ? paint(context, 'green', 'ok') : paint(context, 'red', 'not all')
}
