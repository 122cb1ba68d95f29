import type { ReactNode } from 'react'
import { exactTime } from '../../design/time.tsx'

/** A moment of a record, to the second: what is compared is not told as `2h ago`. */
export function When({ at }: { readonly at: string }): ReactNode {
  const moment = new Date(at)
  const two = (part: number): string => String(part).padStart(2, '0')
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
  const time = `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`
  return (
    <time dateTime={at} className="numbers" title={exactTime(moment.getTime())}>
      <span className="quiet">{day}</span> {time}
    </time>
  )
}
