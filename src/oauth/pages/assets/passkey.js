// Lets a form be answered by a passkey. Without this script the form stays hidden.
;(() => {
  const library = globalThis.SimpleWebAuthnBrowser
  if (!library?.browserSupportsWebAuthn()) return

  /** Time for the answer to travel before its challenge is over, milliseconds. */
  const MARGIN = 5_000

  const WORDS = {
    ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED: 'This device already holds a passkey for you here.',
    ERROR_INVALID_DOMAIN: 'Passkeys do not work at this address.',
    ERROR_INVALID_RP_ID: 'Passkeys do not work at this address.',
    ERROR_AUTHENTICATOR_MISSING_USER_VERIFICATION_SUPPORT:
      'This device cannot check who you are with a PIN, a finger or a face.',
  }

  const wordsFor = (error) =>
    WORDS[error?.code] ?? 'No passkey was used: it was cancelled, or took too long. Try again.'

  const prepare = (form) => {
    const adds = form.dataset.passkey === 'add'
    const answer = form.elements.namedItem('response')
    const optionsJSON = JSON.parse(answer.dataset.options)
    const lifetime = Number(answer.dataset.lifetime) - MARGIN
    const end = Date.now() + lifetime
    const status = form.querySelector('[role="status"]')

    const ask = (useBrowserAutofill) =>
      adds
        ? library.startRegistration({ optionsJSON })
        : library.startAuthentication({ optionsJSON, useBrowserAutofill })

    const send = (result) => {
      answer.value = JSON.stringify(result)
      form.submit()
    }

    form.addEventListener('submit', (event) => {
      event.preventDefault()
      // The challenge is over; the page has a new one.
      if (Date.now() > end) return location.replace(form.dataset.page)
      status.textContent = 'Follow what your browser asks.'
      ask(false).then(send, (error) => {
        status.textContent = wordsFor(error)
      })
    })
    form.hidden = false
    if (!adds) void offerInName(ask, send, lifetime)
  }

  /** Offers passkeys where the browser offers names. */
  const offerInName = async (ask, send, lifetime) => {
    if (!(await library.browserSupportsWebAuthnAutofill())) return
    setTimeout(() => library.WebAuthnAbortService.cancelCeremony(), lifetime)
    // Whatever ends the offer, the form is still there.
    ask(true).then(send, () => undefined)
  }

  for (const form of document.querySelectorAll('form[data-passkey]')) prepare(form)
})()
