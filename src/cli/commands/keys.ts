import type { KeyView } from '../../admin/keys.ts'
import { type AdminOptions, withAdmin } from '../admin/admin-client.ts'
import { confirm } from '../admin/confirm.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { show, table, talk } from '../terminal.ts'

interface Answer {
  readonly keys: readonly KeyView[]
}

async function showKeys(context: Context, { keys }: Answer): Promise<Exit> {
  await show(context, { keys }, () =>
    table(
      ['ID', 'STATE', 'ALGORITHM', 'CREATED', 'SINCE'],
      keys.map(({ id, state, algorithm, created, since }) => [
        id,
        state,
        algorithm,
        created,
        since,
      ]),
    ),
  )
  return 'ok'
}

/** `bailiwick keys ls`: the keys that sign tokens. */
export function keysList(context: Context, options: AdminOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) =>
    showKeys(context, await ask<Answer>('keys.list')),
  )
}

/** `bailiwick keys rotate`: publishes the next key, which signs soon. */
export function keysRotate(context: Context, options: AdminOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const answer = await ask<Answer>('keys.rotate')
    talk(context, 'the next key is published; it signs when everybody can have seen it')
    return showKeys(context, answer)
  })
}

/** `bailiwick keys retire ID`: what the key signed is void at once. */
export async function keysRetire(
  context: Context,
  id: string,
  options: AdminOptions & { readonly yes: boolean },
): Promise<Exit> {
  await confirm(context, `every token that the key \`${id}\` signed is void`, id, options.yes)
  return withAdmin(context, options, async ({ ask }) =>
    showKeys(context, await ask<Answer>('keys.retire', { id })),
  )
}
