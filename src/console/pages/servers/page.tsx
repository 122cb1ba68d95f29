import type { ReactNode } from 'react'
import { useLive } from '../../api/live.ts'
import { reread } from '../../api/queries.ts'
import { usePlace } from '../../app/place.tsx'
import { ServerList } from './server-list.tsx'
import { ServerPage } from './server-page.tsx'
import './servers.css'

/** `/console/servers/{server}/{tool}`. */
export function Page(): ReactNode {
  const { item } = usePlace()
  useLive(({ kind }) => {
    if (kind === 'server') void reread(['servers'])
  })
  return item === undefined ? <ServerList /> : <ServerPage key={item} name={item} />
}
