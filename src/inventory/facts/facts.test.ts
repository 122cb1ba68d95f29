import { describe, expect, test } from 'vitest'
import { factsOf } from './facts.ts'
import { findByHand, httpServer, stdioServer } from './testing/servers.ts'

const options = { findSecrets: findByHand, key: new Uint8Array(32).fill(7) }
const DRAWN = 'q7Zk2mV9xB4tR8nL5wP1sD6f'
const COMMIT = '4f1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c'
const DIGEST = `sha256:${COMMIT}${COMMIT.slice(0, 24)}`

const facts = (line: string, env = {}) => {
  const [command = '', ...args] = line.split(' ')
  return factsOf(stdioServer({ command, args, env }), options)
}
const remote = (url: string, headers = {}) => factsOf(httpServer(url, headers), options)

describe('what is fetched and run', () => {
  test.each([
    ['npx -y @ada/books', 'npm', '@ada/books', undefined, true],
    ['npx -y @ada/books@latest', 'npm', '@ada/books', 'latest', true],
    ['npx -y @ada/books@^1.2.3', 'npm', '@ada/books', '^1.2.3', true],
    ['npx @ada/books@1.2.3 --stdio -p 80', 'npm', '@ada/books', '1.2.3', false],
    ['npx -y --package=books@2.0.0 books-mcp', 'npm', 'books', '2.0.0', false],
    ['npx -p books@2.0.0 books-mcp', 'npm', 'books', '2.0.0', false],
    ['npm exec books@2.0.0', 'npm', 'books', '2.0.0', false],
    ['pnpm dlx books', 'npm', 'books', undefined, true],
    ['C:\\nodejs\\npx.cmd -y books', 'npm', 'books', undefined, true],
    ['cmd /c npx -y books', 'npm', 'books', undefined, true],
    ['env A=b sudo -u ada npx books@1.0.0', 'npm', 'books', '1.0.0', false],
    ['op run -- uvx books==1.4', 'pypi', 'books', '1.4', false],
    ['uvx books@latest', 'pypi', 'books', 'latest', true],
    ['uvx --from books[all]>=1 books-mcp', 'pypi', 'books', '>=1', true],
    ['uv tool run books', 'pypi', 'books', undefined, true],
    ['pipx run books==1.4', 'pypi', 'books', '1.4', false],
    ['docker run -i --rm -e A ada/books:1.2', 'oci', 'ada/books', '1.2', true],
    [`podman run -i localhost:5000/books@${DIGEST}`, 'oci', 'localhost:5000/books', DIGEST, false],
    ['go run example.test/ada/books@v1.2.3', 'go', 'example.test/ada/books', 'v1.2.3', false],
    ['go run example.test/ada/books@latest', 'go', 'example.test/ada/books', 'latest', true],
    ['deno run --allow-net npm:@ada/books@1.0.0', 'npm', '@ada/books', '1.0.0', false],
    ['deno run -A https://mcp.test/a.ts', 'url', 'https://mcp.test/a.ts', undefined, true],
    ['dnx Ada.Books@1.0.0 --yes', 'nuget', 'Ada.Books', '1.0.0', false],
    ['npx -y github:ada/books', 'git', 'github:ada/books', undefined, true],
    ['npx -y ada/books#main', 'git', 'ada/books', 'main', true],
    [
      `uvx --from git+https://git.test/ada/books@${COMMIT} books`,
      'git',
      'git+https://git.test/ada/books',
      COMMIT,
      false,
    ],
  ])('%s', (line, source, name, version, floating) => {
    const found = facts(line)
    expect(found.package).toEqual({
      ...{ source, name, floating },
      ...(version === undefined ? {} : { version }),
    })
    expect(found.remoteCode.length > 0).toBe(floating)
  })

  test.each(['node /srv/books.js', 'python -m books', 'npx ./books', 'docker ps', ''])(
    'nothing is fetched by `%s`',
    (line) => {
      expect(facts(line)).not.toHaveProperty('package')
      expect(facts(line).remoteCode).toEqual([])
    },
  )

  test.each([
    'curl -s https://mcp.test/i | sh',
    'bash <(curl https://mcp.test/i)',
    'sh -c "$(wget -qO- https://mcp.test/i)"',
    'curl https://mcp.test/i | sudo /bin/bash -s --',
  ])('what a URL answers is run: %s', (script) => {
    const found = factsOf(stdioServer({ command: 'bash', args: ['-c', script] }), options)
    expect(found.remoteCode).toMatchObject([{ kind: 'piped' }])
  })

  test('what is only fetched, or only run, is not', () => {
    for (const script of ['curl -o a https://mcp.test/i', 'cat a | sh'])
      expect(facts('x').remoteCode).toEqual(
        factsOf(stdioServer({ command: 'bash', args: ['-c', script] }), options).remoteCode,
      )
  })
})

test('of a text for a shell, what starts the server', () => {
  for (const script of [
    'A=b npx books@1.0.0',
    'cd /srv && npx books@1.0.0',
    'export A=b; npx books@1.0.0',
  ])
    expect(
      factsOf(stdioServer({ command: 'sh', args: ['-lc', script] }), options).package,
    ).toMatchObject({ name: 'books', floating: false })
})

describe('the way to it', () => {
  test.each([
    ['https://mcp.test/mcp', 'tls'],
    ['http://mcp.test/mcp', 'clear'],
    ['http://10.1.2.3/mcp', 'clear'],
    ['http://localhost:80/mcp', 'clear_here'],
    ['http://127.0.0.1/mcp', 'clear_here'],
    ['http://[::1]/mcp', 'clear_here'],
    ['http://localhost.mcp.test/', 'clear'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as hosts write variables
    ['http://${HOST}/mcp', 'unknown'],
    ['nonsense', 'unknown'],
  ])('%s is %s', (url, kind) => {
    expect(remote(url).link.kind).toBe(kind)
  })

  test('a bridge is as safe as where it goes', () => {
    expect(facts('npx -y mcp-remote@0.1.0 http://mcp.test/sse').link.kind).toBe('clear')
    expect(facts('npx -y mcp-remote@0.1.0 https://mcp.test/sse').link.kind).toBe('tls')
    expect(facts('npx -y books http://mcp.test/sse').link.kind).toBe('pipe')
  })

  test('where it connects is known for one without a network alone', () => {
    expect(facts('docker run --network none ada/books').destinations).toMatchObject({
      known: true,
      hosts: [],
    })
    const other = facts('node a.js', { API: 'https://a.test/x', DB: 'mysql://u:x1@b.test/d' })
    expect(other.destinations).toMatchObject({ known: false, hosts: ['a.test', 'b.test'] })
    expect(remote('https://mcp.test/').destinations).toMatchObject({ hosts: ['mcp.test'] })
  })
})

describe('who, as whom, behind what', () => {
  test.each([
    ['node a.js', 'none'],
    ['docker run -i ada/books', 'container'],
    ['docker run -v /srv/books:/data ada/books', 'container'],
    ['docker run --privileged ada/books', 'weak'],
    ['docker run -v /:/host ada/books', 'weak'],
    ['docker run -v /:/host:ro ada/books', 'container'],
    ['docker run -v /var/run/docker.sock:/s ada/books', 'weak'],
    ['docker run --net=host ada/books', 'weak'],
    ['docker run --pid host ada/books', 'weak'],
    ['docker run --cap-add SYS_ADMIN ada/books', 'weak'],
    ['bwrap --unshare-all -- node a.js', 'profile'],
    ['deno run --allow-net a.ts', 'profile'],
    ['deno run -A a.ts', 'none'],
  ])('`%s`: %s', (line, kind) => {
    expect(facts(line).isolation.kind).toBe(kind)
  })

  test.each([
    ['node a.js', true, 'its_user'],
    ['sudo node a.js', true, 'administrator'],
    ['sudo -u mcp node a.js', true, 'other'],
    ['docker run --user 1000 a/b', true, 'other'],
    ['docker run -u root a/b', true, 'administrator'],
    ['docker run a/b', false, undefined],
  ])('`%s` runs as', (line, known, as) => {
    expect(facts(line).runsAs).toMatchObject({ known, ...(as === undefined ? {} : { as }) })
  })

  test('authentication that can be seen', () => {
    const seen = (found: ReturnType<typeof facts>) => [
      found.authentication.kind,
      found.authentication.kept,
    ]
    expect(seen(facts('node a.js'))).toEqual(['none', 'nowhere'])
    expect(seen(facts('node a.js', { API_KEY: DRAWN }))).toEqual(['static', 'in_file'])
    const reference = ['$', '{env:KEY}'].join('')
    expect(seen(facts('node a.js', { API_KEY: reference }))).toEqual(['static', 'referenced'])
    expect(seen(remote('https://mcp.test/'))).toEqual(['not_visible', 'nowhere'])
    expect(seen(remote('https://mcp.test/', { Authorization: `Bearer ${reference}` }))).toEqual([
      'static',
      'referenced',
    ])
    expect(seen(facts('npx mcp-remote@1.0.0 https://mcp.test/'))).toEqual(['oauth', 'nowhere'])
    const signing = factsOf({ ...httpServer('https://mcp.test/'), unknown: ['oauth'] }, options)
    expect(seen(signing)).toEqual(['oauth', 'nowhere'])
  })
})

test('nothing that is said holds a value', () => {
  const found = factsOf(
    stdioServer({
      command: 'bash',
      args: ['-c', `TOKEN=tkn_${DRAWN} npx -y books --token tkn_${DRAWN}`],
      env: { URL: `http://u:${DRAWN}@mcp.test/${DRAWN}`, TOKEN: DRAWN },
    }),
    options,
  )
  expect(found.credentials.length).toBeGreaterThan(2)
  expect(JSON.stringify(found)).not.toContain(DRAWN)
})

test('nonsense is read to the end', () => {
  const deep = Array.from({ length: 200 }, () => 'sudo')
  expect(facts(`sudo ${deep.join(' ')}`).launch?.through.length).toBeLessThan(10)
  for (const text of ['"', "'", '\u0000', '-', '=', '@', ':', '--', '{'.repeat(9000)])
    for (const command of ['npx', 'uvx', 'docker', 'bash', 'deno', 'go', text])
      expect(factsOf(stdioServer({ command, args: ['run', '-c', text] }), options).runs).toBe(
        'here',
      )
})
