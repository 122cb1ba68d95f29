import type { SourceView } from '../../admin/sources.ts'
import { type AdminOptions, withAdmin } from '../admin/admin-client.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { show, table, talk } from '../terminal.ts'

interface Answer {
  readonly sources: readonly SourceView[]
}

/** `bailiwick idp ls`: whose word about people and programs is taken. */
export function idpList(context: Context, options: AdminOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const { sources } = await ask<Answer>('idp.list')
    await show(context, { sources }, () =>
      table(
        ['KIND', 'NAME', 'ISSUER'],
        sources.map(({ kind, name, issuer }) => [kind, name, issuer]),
      ),
    )
    if (sources.length === 0) talk(context, 'none; people and programs are known here alone')
    return 'ok'
  })
}

/** `bailiwick idp check`: whether they can be asked at this moment. */
export function idpCheck(context: Context, options: AdminOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const { sources } = await ask<Answer>('idp.check')
    await show(context, { sources }, () =>
      table(
        ['KIND', 'NAME', 'ISSUER', 'STATE'],
        sources.map(({ kind, name, issuer, ok, reason }) => [
          ...[kind, name, issuer],
          ok === true ? 'good' : (reason ?? 'not good'),
        ]),
      ),
    )
    return sources.every(({ ok }) => ok) ? 'ok' : 'findings'
  })
}
