import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packageWishOf } from './package-wish.ts'

/** `ecosystem name version bin | args`. */
function words(command: string): string | undefined {
  const wish = packageWishOf(command.split(' '))
  if (wish === undefined) return undefined
  const { ecosystem, name, version = '-', bin = '-', args } = wish
  return `${ecosystem} ${name} ${version} ${bin} | ${args.join(' ')}`
}

describe('the package of a command', () => {
  test.each([
    ['npx -y @scope/server-x@1.2.3 /srv --flag', 'npm @scope/server-x 1.2.3 - | /srv --flag'],
    ['npx server-x', 'npm server-x - - | '],
    ['/usr/bin/npx --yes server-x@latest', 'npm server-x latest - | '],
    ['npx -y server-x@^1.2 -- --port 1', 'npm server-x ^1.2 - | --port 1'],
    ['npx -y -- server-x@2 a', 'npm server-x 2 - | a'],
    ['npx -y --package=@s/many@3.0.0 one a', 'npm @s/many 3.0.0 one | a'],
    ['npx -p many@1.0.0 two', 'npm many 1.0.0 two | '],
    ['npm exec --yes server-x@1.0.0 a', 'npm server-x 1.0.0 - | a'],
    ['npm x -y server-x', 'npm server-x - - | '],
    ['bunx server-x@1.0.0 y', 'npm server-x 1.0.0 - | y'],
    ['pnpm dlx server-x@1.0.0', 'npm server-x 1.0.0 - | '],
    ['yarn dlx server-x', 'npm server-x - - | '],
    ['uvx mcp-server-git --repository /x', 'pypi mcp-server-git - - | --repository /x'],
    ['uvx mcp-server-git@2025.1.1', 'pypi mcp-server-git 2025.1.1 - | '],
    ['uvx --from many==1.2.3 tool a', 'pypi many 1.2.3 tool | a'],
    ['uv tool run tool', 'pypi tool - - | '],
    ['pipx run --spec many>=1,<2 tool', 'pypi many >=1,<2 tool | '],
    ['pipx run tool==1.0', 'pypi tool 1.0 - | '],
    ['NPX.cmd -y server-x', 'npm server-x - - | '],
  ])('%s', (command, expected) => {
    expect(words(command)).toBe(expected)
  })

  test.each([
    'node server.js',
    'npm run start',
    'npm install server-x',
    'npx',
    'npx -y',
    'npx -c server-x',
    'npx --call server-x',
    'npx --registry=https://r.example server-x',
    'npx ./folder',
    'npx https://example.com/x.tgz',
    'npx github:owner/repository',
    'npx owner/repository',
    'npx x@npm:other@1.0.0',
    'npx -p a -p b run',
    'npx -p a ../../bin/sh',
    'uvx --with other tool',
    'uvx --from git+https://example.com/x tool',
    'uvx --index-url https://r.example tool',
    'uvx ./tool',
    'uvx tool[extra]',
    'docker run x',
    'toString x',
  ])('none: %s', (command) => {
    expect(words(command)).toBeUndefined()
  })

  test('any arguments are either a package or none, and none of the program’s own is lost', () => {
    const part = fc.oneof(
      fc.constantFrom('-y', '--', '-p', 'a@1', '@s/a', '--package=b', '-c', '', 'x'),
      fc.string({ maxLength: 6 }),
    )
    fc.assert(
      fc.property(
        fc.constantFrom('npx', 'uvx', 'bunx'),
        fc.array(part, { maxLength: 6 }),
        (program, args) => {
          const wish = packageWishOf([program, ...args])
          if (wish !== undefined)
            expect(args.slice(args.length - wish.args.length)).toEqual(wish.args)
        },
      ),
    )
  })
})
