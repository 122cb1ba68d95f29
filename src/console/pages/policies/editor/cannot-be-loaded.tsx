import type { ReactNode } from 'react'
import { useFilter } from '../../../app/place.tsx'
import { Button } from '../../../design/button.tsx'

/** In the place of what only a sound draft has. */
export function CannotBeLoaded(): ReactNode {
  const [, setPanel] = useFilter('panel')
  return (
    <div className="actions policies-cannot">
      <span className="quiet">The draft cannot be loaded as it is.</span>
      <Button size="small" onClick={() => setPanel('problems', { replace: true })}>
        Look at the problems
      </Button>
    </div>
  )
}
