import { openApiDocument } from '../src/admin/openapi.ts'
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES } from '../src/kernel/role.ts'

interface Described {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly 'x-permission': string
  readonly 'x-roles': readonly string[]
  readonly 'x-level': string
}

const INTRO = `# Admin API

The control plane over HTTP, below \`/admin/api/v1\`: JSON in and out, failures as problem+json (RFC 9457) with a
\`code\` of [errors.md](errors.md) and the id of the request. The whole description, OpenAPI 3.1, is
[admin-api.json](admin-api.json); a running gateway serves it at \`/admin/api/v1/openapi.json\`.

## Who asks

- **Programs** send a token of the resource \`/admin\`: \`Authorization: Bearer …\`, or \`DPoP …\` with a proof. To look
  takes the scope \`read\`, to change \`write\`. Nothing is approved with a token.
- **The console** sends the cookie of the login session, the header \`x-bailiwick-console: 1\` and, as browsers do by
  themselves, \`Sec-Fetch-Site: same-origin\` or our \`Origin\`. All of them, or the session does not count. With nobody
  logged in the answer is 401 \`login_required\`, and \`login\` in it says where to go.
- **Agents** have no role but operator or auditor. Who is acted for by somebody else has none.

## Lists, tags, versions

Lists give \`items\` and, if there is more, \`next\`: the \`cursor\` of the next page; \`limit\` is at most 200. Each look
carries an \`ETag\`: who sends it back in \`If-None-Match\` is answered 304 while nothing has changed. Where something
has a version, \`If-Match: "<version>"\` says what is changed; if it is another by now, the answer is 412
\`version_conflict\`.

## Live

\`GET /live\` goes on, as server-sent events: \`ready\`, then \`call\`, \`event\`, \`approval\`, \`server\` and \`posture\` with
\`{"id", "data"}\`, as far as the caller may know of each. It ends with the token or the session; a person has at most
12 of them open.
`

/** The page about the admin API, of the table that the gateway answers by. */
export function adminApiPage(): string {
  const { paths } = openApiDocument() as unknown as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  }
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({
      line: `${method.toUpperCase()} ${path}`,
      one,
    })),
  )
  const areas = [...new Set(described.flatMap(({ one }) => one.tags))]
  return [
    INTRO,
    roles(),
    '## Operations\n\n● by this role, · not. `level` is the least scope of a token.\n',
    ...areas.map((area) => {
      const rows = described.filter(({ one }) => one.tags.includes(area)).map(row)
      const head = `| Operation | Does | Level | ${ROLES.join(' | ')} |`
      const line = `|---|---|---|${ROLES.map(() => '---|').join('')}`
      return `### ${area}\n\n${[head, line, ...rows].join('\n')}\n`
    }),
  ].join('\n')
}

function row({ line, one }: { readonly line: string; readonly one: Described }): string {
  const marks = ROLES.map((role) => (one['x-roles'].includes(role) ? '●' : '·'))
  const does = one.summary.replaceAll('|', '\\|')
  return `| \`${line}\`<br>\`${one.operationId}\` | ${does} | ${one['x-level']} | ${marks.join(' | ')} |`
}

function roles(): string {
  const rows = PERMISSIONS.map((permission) => {
    const marks = ROLES.map((role) => (ROLE_PERMISSIONS[role].includes(permission) ? '●' : '·'))
    return `| \`${permission}\` | ${marks.join(' | ')} |`
  })
  return `## Roles

By group: \`owners\`, \`operators\`, \`approvers\`, \`auditors\`; every user is a member. With \`self\` alone an operation
shows what is one's own or concerns one; other roles may see more by it.

| Permission | ${ROLES.join(' | ')} |
|---|${ROLES.map(() => '---|').join('')}
${rows.join('\n')}
`
}
