import { fileURLToPath } from 'node:url'
import { staticFiles } from '../../http/static-files.ts'

/** Where the console is built to: the same distance from `src/cli/identity` and from `dist/cli/identity`. */
const FOLDER = fileURLToPath(new URL('../../../dist/console', import.meta.url))

const MISSING = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Bailiwick: no console</title></head>
<body>
<h1>The console is not built</h1>
<p>This is a checkout of the sources. Run <code>npm run build</code> in it, then load this page again.</p>
</body>
</html>
`

/** Serves the console under `/console/`; `/` leads there. */
export function consoleFiles(publicOrigin: string): ReturnType<typeof staticFiles> {
  return staticFiles({ folder: FOLDER, base: '/console/', publicOrigin, missing: MISSING })
}
