import { z } from 'zod'
import { definitions } from './definitions-schema.ts'
import { count, duration, path, size, textOrSecret } from './fields.ts'
import { identity } from './identity-schema.ts'
import { sandboxes } from './sandbox-schema.ts'
import { server } from './server-schema.ts'
import { approvals, chat, webhooks } from './telling-schema.ts'
import { vault } from './vault-schema.ts'
import { virtualServer } from './virtual-schema.ts'

const listen = z
  .strictObject({
    host: z
      .string()
      .regex(/^[A-Za-z0-9.:_-]{1,253}$/, { error: 'expected an address or a host name' })
      .default('127.0.0.1')
      .describe('Address to listen on. Anything but loopback needs `tls`, or `behindProxy: true`.'),
    port: z.int().min(0).max(65_535).default(7463).describe('TCP port; 0 takes any free one.'),
    tls: z
      .strictObject({
        cert: path().describe('File with the certificate chain (PEM).'),
        key: path().describe('File with the private key (PEM).'),
      })
      .optional()
      .describe('Serves HTTPS with this certificate.'),
    behindProxy: z
      .boolean()
      .default(false)
      .describe('Declares that a proxy which terminates TLS stands in front.'),
    publicUrl: z
      .string()
      .max(2_048)
      .refine(isOrigin, { error: 'expected an origin such as `https://gateway.example.com`' })
      .optional()
      .describe(
        'Origin under which browsers and clients reach the gateway; tokens and passkeys are bound to it, so it must not change. Default: `localhost`, or the first of `allowedHosts`.',
      ),
    allowedHosts: z
      .array(
        z.string().regex(/^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$|^\[[0-9A-Fa-f:]+\](:\d{1,5})?$/, {
          error: 'expected a host name, with a port if it matters',
        }),
      )
      .max(100)
      .default([])
      .describe('Values of the `Host` header to accept; when empty, the loopback names.'),
    allowedOrigins: z
      .array(
        z.string().refine(isOrigin, { error: 'expected an origin such as `https://example.com`' }),
      )
      .max(100)
      .default([])
      .describe(
        'Origins of web pages that may call; when empty, only pages of the gateway itself.',
      ),
  })
  .prefault({})
  .describe('Where the gateway listens.')

const store = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('sqlite').describe('A file on this machine; nothing to install.'),
      path: path()
        .optional()
        .describe('The database file; `bailiwick.db` in the data directory by default.'),
      durability: z
        .enum(['full', 'process'])
        .default('full')
        .describe(
          'What a record survives: `full` a loss of power, `process` only a crash of the process.',
        ),
    }),
    z.strictObject({
      kind: z.literal('postgres').describe('A PostgreSQL server.'),
      url: textOrSecret().describe(
        'Connection address, `postgres://…`. One with a password is a secret: use a reference.',
      ),
      poolSize: count(1_000).default(10).describe('Connections at most.'),
    }),
  ])
  .prefault({ kind: 'sqlite' })
  .describe('Where records and state are kept.')

const limits = z
  .strictObject({
    maxBody: size('1KiB', '256MiB')
      .prefault('4MiB')
      .describe('Largest body of a request to the gateway.'),
    maxHeader: size('1KiB', '256KiB')
      .prefault('16KiB')
      .describe('Largest head of a request: request line and headers together.'),
    bodyTimeout: duration('100ms', '10m')
      .prefault('30s')
      .describe('Time in which a whole request must have arrived.'),
    maxConnections: count(1_000_000).default(10_000).describe('Connections open at once.'),
    maxStreams: count(100_000)
      .default(1_000)
      .describe('Requests and streams that one subject may have open at once.'),
    maxSessions: count(100_000).default(200).describe('Legacy sessions of one subject.'),
    sessionIdle: duration('10s', '30d')
      .prefault('30m')
      .describe('A session without open streams and running requests ends after this long.'),
    replayEvents: count(100_000)
      .default(256)
      .describe('Events that a session keeps for a client that comes back.'),
    replayBytes: size('1KiB', '64MiB').prefault('256KiB').describe('How much of them it keeps.'),
    maxBacklog: size('1KiB', '256MiB')
      .prefault('1MiB')
      .describe('How much may wait in a stream for a slow reader before the stream is cut.'),
    silence: duration('100ms', '10m')
      .prefault('10s')
      .describe('Silence after which a call becomes a stream, and between its comments.'),
    maxMessage: size('1KiB', '1GiB')
      .prefault('16MiB')
      .describe('Largest message accepted from a server.'),
    connectTimeout: duration('100ms', '10m')
      .prefault('15s')
      .describe('Time for connecting to a server, or starting it, with its handshake.'),
    callTimeout: duration('100ms', '1d')
      .prefault('60s')
      .describe('Time for a server to answer, unless it has its own.'),
    serverIdle: duration('1s', '30d')
      .prefault('10m')
      .describe(
        'A link to a server that nobody uses for this long is closed; a stdio server stops.',
      ),
  })
  .prefault({})
  .describe(
    'Bounds on what is accepted and held. Durations: `500ms`, `30s`, `10m`, `2h`, `7d`. Sizes: `64KiB`, `4MiB`.',
  )

const records = z
  .strictObject({
    excerpt: size('0', '64KiB')
      .prefault('512')
      .describe(
        'How much of the arguments and the result of a call a record shows, after redaction. Digests cover the whole; 0 keeps digests alone.',
      ),
    input: size('0', '1MiB')
      .prefault('16KiB')
      .describe(
        'Largest input of a decision (arguments, facts, classes) that a record keeps, after redaction, so that the call can be explained and replayed. Of larger ones, and with 0, nothing is kept.',
      ),
    redactKeys: z
      .array(z.string().min(1).max(128))
      .max(1_000)
      .default([])
      .describe(
        'Names of arguments whose values never appear in a record, besides the usual ones (`password`, `token`, …).',
      ),
  })
  .prefault({})
  .describe('What a record of a call holds.')

const content = z
  .strictObject({
    secretRules: z
      .array(path())
      .max(50)
      .default([])
      .describe(
        'Files (YAML) with rules of yours for secrets, besides those that come with the package.',
      ),
  })
  .prefault({})
  .describe('How the content of messages is looked at; `screens` in policies say what follows.')

/** Names of policy folders that come with the package. */
export const STARTER_POLICIES = [
  'balanced',
  'strict',
  'observe',
  'flow',
  'acting',
  'playground',
] as const

const serverName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, {
  error: 'a server name is 1 to 63 of `a-z`, `0-9` and `-`, and does not begin with `-`',
})

/** The configuration as written in `bailiwick.yaml`; reading it fills defaults and normalises units. */
export const configSchema = z
  .strictObject({
    listen,
    dataDir: path()
      .optional()
      .describe(
        'Folder for keys, the database and what else is kept. Default: `$XDG_STATE_HOME/bailiwick`, or `~/.local/state/bailiwick`.',
      ),
    store,
    policies: z
      .array(z.string().min(1).max(4_096))
      .min(1)
      .max(100)
      .default(['balanced', 'flow'])
      .describe(
        'Policies that decide: names of starter sets (`balanced`, `strict`, `observe`, `flow`, `acting`, `playground`) or folders of Cedar policies, written with a `/`.',
      ),
    places: z
      .record(
        z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, {
          error: 'the name of a place is 1 to 63 of `a-z`, `0-9` and `-`, and begins with a letter',
        }),
        path(),
      )
      .default({})
      .describe('Folders that guards speak of: a guard names them with a dollar sign and braces.'),
    servers: z
      .record(serverName, server)
      .default({})
      .describe('The servers behind the gateway, by name.'),
    virtual: z
      .record(serverName, virtualServer)
      .default({})
      .describe('Servers of chosen and narrowed tools, by name.'),
    sandbox: sandboxes,
    vault,
    definitions,
    content,
    identity,
    approvals,
    webhooks,
    chat,
    limits,
    records,
  })
  .describe('Configuration of Bailiwick, `bailiwick.yaml`.')

/** The configuration with defaults filled and units normalised; paths as written. */
export type ParsedConfig = z.output<typeof configSchema>

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}
