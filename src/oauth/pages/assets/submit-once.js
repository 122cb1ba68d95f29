// A second click on a button that is being answered would lose the first answer.
;(() => {
  const AGAIN_AFTER = 8_000
  const sent = new WeakSet()

  document.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return
    const form = event.target
    if (sent.has(form)) return event.preventDefault()
    sent.add(form)
    form.setAttribute('aria-busy', 'true')
    setTimeout(() => {
      sent.delete(form)
      form.removeAttribute('aria-busy')
    }, AGAIN_AFTER)
  })
})()
