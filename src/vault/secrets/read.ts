import { GatewayError } from '../../kernel/errors.ts'
import type { SecretName } from '../../kernel/vault.ts'
import { about } from './events.ts'
import { type ReadSecret, type SecretReader, type SecretsOptions, unknownSecret } from './parts.ts'
import { openPayload } from './payload.ts'
import { deleteRows, findRows, type SecretRow } from './rows.ts'

/** Milliseconds between two notes of a use. */
const NOTE_EVERY = 60_000
/** Secrets whose last note is remembered; a forgotten one is noted a little more often. */
const MOST_NOTES = 4_096

/** Reads values, and notes that they were used. */
export function secretReader(options: SecretsOptions): SecretReader {
  const { store, clock } = options
  const noteUse = useNotes(options)
  return {
    async read(of, server) {
      const { current } = await findRows(store.db, of)
      if (current === undefined) throw unknownSecret()
      const read = await open(options, of, current, server)
      noteUse(current)
      return read
    },
    async readPrevious(of, server) {
      const { previous } = await findRows(store.db, of)
      if (previous === undefined) throw unknownSecret()
      if ((previous.expires ?? 0) <= clock()) {
        await deleteRows(store.db, of, 'previous')
        throw unknownSecret()
      }
      const { value, expires } = await open(options, of, previous, server)
      return {
        value,
        expires: Math.min(expires ?? Number.POSITIVE_INFINITY, previous.expires ?? 0),
      }
    },
  }
}

async function open(
  { sealer, clock, witness }: SecretsOptions,
  of: SecretName,
  row: SecretRow,
  server: string,
): Promise<ReadSecret> {
  const { value, servers, expires } = await openPayload(sealer, row)
  if (!servers.includes(server)) {
    await witness({ event: 'secret.refused', outcome: 'refused', ...about(of, { server }) })
    throw unavailable(`is not for the server \`${server}\`: store it with \`--server ${server}\``)
  }
  if (expires !== null && expires <= clock())
    throw unavailable('has expired: put a new value into it with `bailiwick secrets rotate`')
  return { value, expires: expires ?? undefined }
}

/** Notes uses: at most one a minute of a version. Uses are no evidence, so that a lost note is borne. */
function useNotes({ store, clock }: SecretsOptions): (row: SecretRow) => void {
  const noted = new Map<string, number>()
  return ({ name, owner, version }) => {
    const key = `${name} ${owner} ${version}`
    const now = clock()
    if ((noted.get(key) ?? Number.NEGATIVE_INFINITY) + NOTE_EVERY > now) return
    noted.delete(key)
    noted.set(key, now)
    const [oldest] = noted.keys()
    if (noted.size > MOST_NOTES && oldest !== undefined) noted.delete(oldest)
    store.db
      .updateTable('vault_secret')
      .set({ used: now })
      .where('name', '=', name)
      .where('owner', '=', owner)
      .where('version', '=', version)
      .execute()
      .catch(() => undefined)
  }
}

function unavailable(message: string): GatewayError {
  return new GatewayError('credential_unavailable', message)
}
