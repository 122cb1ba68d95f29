import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findPersonal, PERSONAL_TYPES } from './personal.ts'

const seen = (text: string, name = ''): readonly string[] =>
  findPersonal(text, name).map(
    ({ type, certainty, start, end }) => `${type} ${certainty}: ${text.slice(start, end)}`,
  )

/** Specimens that authorities and standards publish, and numbers computed by their rules. */
describe('what is personal is found where it stands', () => {
  test.each([
    ['card 4111 1111 1111 1111 exp 12/27', 'payment-card proved: 4111 1111 1111 1111'],
    ['5555-5555-5555-4444', 'payment-card likely: 5555-5555-5555-4444'],
    ['charged to 378282246310005.', 'payment-card hint: 378282246310005'],
    ['to DE89 3704 0044 0532 0130 00 please', 'iban proved: DE89 3704 0044 0532 0130 00'],
    ['FR14 2004 1010 0505 0001 3M02 606', 'iban proved: FR14 2004 1010 0505 0001 3M02 606'],
    ['from <jane.doe+x@firm.example>', 'email likely: jane.doe+x@firm.example'],
    ['write to bob@münchen.de now', 'email likely: bob@münchen.de'],
    ['git@forge.example:a/b.git', 'email hint: git@forge.example'],
    ['call +44 20 7946 0958', 'phone proved: +44 20 7946 0958'],
    ['Phone: (212) 736-5000', 'phone likely: (212) 736-5000'],
    ['Tel. 030 12345678', 'phone likely: 030 12345678'],
    ['536-22-1984', 'us-ssn likely: 536-22-1984'],
    ['name,ssn,x\nJohn,536221984,3', 'us-ssn likely: 536221984'],
    ['ITIN 912-70-1234', 'us-itin likely: 912-70-1234'],
    ['EIN 12-3456789', 'us-ein likely: 12-3456789'],
    ['AB 12 34 56 C', 'uk-nino likely: AB 12 34 56 C'],
    ['NHS no 943 476 5919', 'uk-nhs proved: 943 476 5919'],
    ['Steuer-ID 86095742719', 'de-tax-id proved: 86095742719'],
    ['Versicherungsnummer 15 070649 C 103', 'de-social-insurance proved: 15 070649 C 103'],
    ['2 55 08 14 168 025 38', 'fr-nir likely: 2 55 08 14 168 025 38'],
    ['DNI 12.345.678-Z', 'es-dni proved: 12.345.678-Z'],
    ['NIE X1234567L', 'es-dni proved: X1234567L'],
    ['RSSMRA85T10A562S', 'it-codice-fiscale proved: RSSMRA85T10A562S'],
    ['BSN 111222333', 'nl-bsn proved: 111222333'],
    ['85.07.30-033.28', 'be-national-number likely: 85.07.30-033.28'],
    ['PESEL: 44051401359', 'pl-pesel proved: 44051401359'],
    ['NIF 123456789', 'pt-nif proved: 123456789'],
    ['personnummer 811228-9874', 'se-personnummer proved: 811228-9874'],
    ['131052-308T', 'fi-hetu likely: 131052-308T'],
    ['756.9217.0769.85', 'ch-ahv likely: 756.9217.0769.85'],
    ['529.982.247-25', 'br-cpf likely: 529.982.247-25'],
    ['11.222.333/0001-81', 'br-cnpj likely: 11.222.333/0001-81'],
    ['aadhaar 2345 6789 0124', 'in-aadhaar proved: 2345 6789 0124'],
    ['PAN ABCPE1234F', 'in-pan likely: ABCPE1234F'],
    ['TFN 123 456 782', 'au-tfn proved: 123 456 782'],
    ['Medicare 2123 45670 1', 'au-medicare proved: 2123 45670 1'],
    ['SIN 046 454 286', 'ca-sin proved: 046 454 286'],
    ['マイナンバー 1234 5678 9018', 'jp-my-number proved: 1234 5678 9018'],
    ['11010519491231002X', 'cn-resident-id likely: 11010519491231002X'],
    ['주민등록번호 900101-1234567', 'kr-rrn likely: 900101-1234567'],
    ['passport no. X1234567', 'passport likely: X1234567'],
    ['born on 12 May 1980', 'birth-date likely: 12 May 1980'],
    ['Date of birth: 05/12/1980', 'birth-date likely: 05/12/1980'],
    ['from 8.8.8.8 at 12:34:56', 'ip-address likely: 8.8.8.8'],
    ['2001:4860:4860::8888', 'ip-address likely: 2001:4860:4860::8888'],
    ['location 48.85661, 2.35222', 'coordinates likely: 48.85661, 2.35222'],
    ['1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', 'wallet proved: 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2'],
    [
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
      'wallet proved: bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    ],
  ])('%s', (text, expected) => {
    expect(seen(text)).toEqual([expected])
  })

  test('the lines of passports and cards (ICAO Doc 9303, specimens)', () => {
    const passport =
      'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10'
    const card =
      'I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<'
    for (const lines of [passport, card])
      expect(findPersonal(`scan:\n${lines}\n`)).toMatchObject([
        { type: 'travel-document', certainty: 'proved', start: 6, end: 6 + lines.length },
      ])
    expect(findPersonal(passport.replace('L898902C36', 'L898902C46'))).toEqual([])
  })

  test('the name of a member is a word beside its value', () => {
    expect(seen('536221984', 'customerSsn')).toEqual(['us-ssn likely: 536221984'])
    expect(seen('1980-05-12', 'date_of_birth')).toEqual(['birth-date likely: 1980-05-12'])
    expect(seen('536221984', 'order')).toEqual([])
  })
})

describe('what only looks like it is not', () => {
  test.each([
    '4111 1111 1111 1112',
    'DE88 3704 0044 0532 0130 00',
    'order 536221984 of 2024-01-15T10:20:30.123456Z, 1700000000000',
    '550e8400-e29b-41d4-a716-446655440000',
    'lodash@4.17.21',
    'item 212-736-5000, (212) 736-5000',
    'version 8.8.8.8 of it, and 192.168.1.1, 10.0.0.1, 127.0.0.1',
    'SKU-123-45-6789-X and 1234-5678-9012-3456-7890',
    '000-12-3456 666-12-3456 900-12-3456',
    'NHS no 943 476 5918',
    'SIN 046 454 287',
    'personnummer 811228-9875',
    'Steuer-ID 86095742718',
    'Versicherungsnummer 15 070649 C 104',
    '2 55 08 14 168 025 39',
    'DNI 12345678A',
    'RSSMRA85T10A562T',
    'BSN 111222334',
    '85.07.30-033.29',
    'PESEL: 44051401358',
    'NIF 123456788',
    '131052-308U',
    '756.9217.0769.86',
    '529.982.247-26',
    '11.222.333/0001-82',
    'aadhaar 2345 6789 0125',
    'TFN 123 456 783',
    'Medicare 2123 45671 1',
    'マイナンバー 1234 5678 9019',
    '110105194912310021',
    'Meeting on 2024-05-12',
    'Her birthday party.\n\nDate: July 15th, 2024',
    'd41d8cd98f00b204e9800998ecf8427e',
    'redacted@redacted.invalid',
    '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3',
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5',
  ])('%s', (text) => {
    expect(seen(text)).toEqual([])
  })
})

test('any text: in order, within it, apart, and of types that are listed', () => {
  const types = new Set(PERSONAL_TYPES.map(({ type }) => type))
  const token = fc.constantFrom('4111 1111 1111 1111', '536-22-1984', 'a@b.example', '+', '@', ':')
  const text = fc
    .array(fc.oneof(token, fc.string({ unit: 'binary' }), fc.nat().map(String)))
    .map((parts) => parts.join(' '))
  fc.assert(
    fc.property(text, fc.string(), (value, name) => {
      let last = 0
      for (const { type, start, end } of findPersonal(value, name)) {
        expect(types).toContain(type)
        expect(start).toBeGreaterThanOrEqual(last)
        expect(end).toBeGreaterThan(start)
        last = end
      }
      expect(last).toBeLessThanOrEqual(value.length)
    }),
  )
})
