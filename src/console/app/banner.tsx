import { CloudOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { useConnection } from '../api/live.ts'
import { useMeError } from './me.tsx'

/** Says across the page that what stands there may be old. */
export function Banner(): ReactNode {
  const connection = useConnection()
  const error = useMeError()
  const lost = connection === 'lost' || error?.code === 'unreachable'
  return (
    <div role="status" aria-live="polite">
      {lost && (
        <p className="banner">
          <CloudOff aria-hidden />
          The connection to the gateway is lost. What you see may be out of date; it is tried again
          by itself.
        </p>
      )}
    </div>
  )
}
