import { type Host, PLAIN } from './host.ts'

export const trae: Host = {
  id: 'trae',
  name: 'Trae',
  shape: { ...PLAIN, known: ['fromGalleryId'] },
  files: [
    { scope: 'user', format: 'jsonc', where: '{base}/Trae/User/mcp.json' },
    { scope: 'user', format: 'jsonc', where: '{base}/Trae CN/User/mcp.json' },
    { scope: 'project', format: 'jsonc', where: '{project}/.trae/mcp.json' },
  ],
}
