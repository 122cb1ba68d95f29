import { z } from 'zod'
import type { PinVersion } from '../../kernel/pins.ts'
import { flag, found, given, operation, pageOf, paging, text } from '../operation.ts'
import { approvePlain } from './approve-plain.ts'
import { pageOfList } from './page-of-list.ts'
import {
  diffView,
  digest,
  kind,
  name,
  pinStatus,
  showDiff,
  showVersion,
  versionView,
} from './views.ts'

const server = text(64)
const one = { server, kind, digest }
const reason = text(1_000).describe('Why; it is kept with the decision.')
const version = z
  .int()
  .min(0)
  .describe('The `version` of the definition that the caller saw; `If-Match` may say it.')
/** Definitions of one request. */
const MOST_ITEMS = 200

function keyOf({ server: of, kind: what, name: called, digest: is }: PinVersion): string {
  return Buffer.from(JSON.stringify([of, what, called.slice(0, 500), is])).toString('base64url')
}

/** Definitions that servers listed, how they changed, and what people decide on them. */
export const DEFINITIONS = [
  operation('definitions.list', 'GET /definitions', {
    needs: 'look',
    summary: 'List definitions that wait or count; with `history`, all that were ever seen',
    input: z.strictObject({
      server: server.optional(),
      kind: kind.optional(),
      name: name.optional(),
      status: pinStatus.optional(),
      history: flag.optional(),
      ...paging,
    }),
    output: pageOf(versionView),
    run: async ({ administration }, { name: called, limit, cursor, ...filter }) => {
      const all = await administration.definitions.pins.list(given(filter))
      const named = called === undefined ? all : all.filter((each) => each.name === called)
      const { items, next } = pageOfList(named, given({ limit, cursor }), keyOf)
      return { items: items.map(showVersion), ...given({ next }) }
    },
  }),
  operation('definitions.show', 'GET /definitions/{server}/{kind}/{digest}', {
    needs: 'look',
    summary: 'Show a definition, how it differs from what was approved before, and its findings',
    input: z.strictObject({ ...one, name: name.default('') }),
    output: diffView,
    run: async ({ administration: { definitions } }, about) => {
      const { pins, findings, visible } = definitions
      const { server: of, kind: what, name: called, digest: is } = about
      const diff = found('definition', await pins.diff(of, what, called, is))
      return showDiff(diff, await findings.of(diff.to), visible)
    },
  }),
  operation('definitions.decide', 'POST /definitions/{server}/{kind}/{digest}/decision', {
    needs: 'servers.write',
    summary: 'Approve a definition, an older one to go back to it, or reject it',
    version: 'version',
    input: z.strictObject({
      ...one,
      name: name.default(''),
      status: z.enum(['approved', 'rejected']),
      reason,
      version,
    }),
    output: z.object({ definition: versionView }),
    run: async ({ administration, caller }, { status, reason: why, ...about }) => {
      const { pins } = administration.definitions
      return { definition: showVersion(await pins.decide(caller.actor, about, status, why)) }
    },
  }),
  operation('definitions.approve', 'POST /definitions/{server}/approve', {
    needs: 'servers.write',
    summary: 'Approve those of the definitions listed that have no risk; the others are left',
    input: z.strictObject({
      server,
      items: z
        .array(z.strictObject({ kind, name: name.default(''), digest, version: z.int().min(0) }))
        .min(1)
        .max(MOST_ITEMS),
      reason,
    }),
    output: z.object({
      approved: z.array(versionView),
      left: z.array(z.object({ kind, name: z.string(), digest: z.string(), why: z.string() })),
    }),
    run: async ({ administration, caller }, { server: of, items, reason: why }) => {
      const named = items.map((item) => ({ server: of, ...item }))
      const { definitions } = administration
      const { approved, left } = await approvePlain(definitions, caller.actor, named, why)
      return {
        approved: approved.map(showVersion),
        left: left.map(({ item, why: because }) => ({
          ...{ kind: item.kind, name: item.name, digest: item.digest, why: because },
        })),
      }
    },
  }),
] as const
