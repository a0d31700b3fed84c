import { expect, test, vi } from 'vitest'
import { passwordHashFilter } from '../../../src/render/filters/password-hash.ts'
import { sha512Crypt } from '../../../src/render/filters/sha-crypt.ts'
import { run } from './call.ts'

test.each([
  [
    's3cret',
    'mysalt12',
    5000,
    '$6$mysalt12$I4G2Fr5l7pHDFVXG6hbq6vsnUXhAwOgagWixQLQKvlI31cRDGkuZaYX8qB2zMmnRlXlQNvGSRh4QBOlQSdSVP0',
  ],
  [
    '',
    'Ejw6/wVR',
    1001,
    '$6$rounds=1001$Ejw6/wVR$hLLQv//qoGQbLqpBNGm6YgGWLyVsvbkLZLklzVIuwUxQPsea2Z6WXG3KWz3IG2AI/haQjnZosd6ztgZja2GYn0',
  ],
  [
    '9',
    'wmHRHl/6I3a1Wwlq',
    1234,
    '$6$rounds=1234$wmHRHl/6I3a1Wwlq$q9T3C9U4GKBqqaFbVB1u40SD8Uv7jy540wYiWZxAUy0nM9IKWJ81Pw.8QJ9Vu8J1rrHiumVKbJatGykW3N28Z1',
  ],
  [
    'ZYY aX😀$aa$caba',
    'x29',
    4999,
    '$6$rounds=4999$x29$pVpYhWmvnxwCQBsUAtJuHQX94XaH/wR5yPsCLBvh00oO6leq5Lb7lSKmEHYwuNcPi72H34BWFshOyP957WQvF1',
  ],
  [
    'YX😀c😀b😀 0 Z日😀日é😀',
    'DE.k8K3juk3r4j',
    1234,
    '$6$rounds=1234$DE.k8K3juk3r4j$HQmjxK51WuigQsjr7/y5hPdz9oy3Njndqj2dM1xKyMZQurOWY4weEt5TMngk6wtXazZrcV.1ZdUFwCxTJrhpW/',
  ],
  [
    '$9😀 9 XaééY日9Zb$ ',
    'qE1djVDv',
    1000,
    '$6$rounds=1000$qE1djVDv$7sNPZaHu80zLvp51Wo5xRAK8MhkRByX67JVo7jLFGM76iJKbxr0ocSXobhfZH3um2ozOzI8eFznzjXT8HSG2u1',
  ],
  [
    'b日😀Z$$日9éé99 0é09éYé😀Z日Xé0$b9bYZa0Z a$ZYZ日日Z😀c9Yc日c$X$$0 日Yéc0Z',
    '8Mh/y5prCmcoahn7',
    1234,
    '$6$rounds=1234$8Mh/y5prCmcoahn7$ufvunuLLfztmDmln8P0RM08.GSrBLjx8zEJPv68rgx0vZyozEmwzwPqfYX6W4f3QeBhUN4SCgWwtLR5fTrnjo.',
  ],
  [
    'éb0日X$9b日YbéZY😀日$0éZ00😀 abZacéZé0$bé😀cY$bc YXab😀é $ $ébab9bY9日0é',
    'sL9g7y',
    4999,
    '$6$rounds=4999$sL9g7y$NhsECaKrHdPH2F.PXj9zAeR4uUcG6bm5pBOWib28SWM.nHHNyewEMEok5aST9oZ2lkoP06/hxGu9bKOrtWzo11',
  ],
  [
    '0ccéé0X日 0aéZ日0😀b0cc0ZaXb$$ébccY😀9éY$ a日bXéYXéb Z09Zcé0Y日bcX$$ aZ',
    'CSpJ97w1KSdew',
    1234,
    '$6$rounds=1234$CSpJ97w1KSdew$M8/AqF7t0LFnnM5Of9sCP8FBuDLPDfZAdtHUDNo1LK5JAKaXjWiCRbhpqd0c97ShJifIIOcTjRWSCQWgILIH60',
  ],
  [
    'Z😀a$😀$a 9Xé0$X$a0é$0 😀X日9Y 0日日$$X😀90 😀a cY YZZéX9 日 日$00ZbbX09cbécYéX$$bZéZaé99XY9écZaZ😀X日Xc0ba😀0$éc😀 bY$ Z日XXYX😀0béaZ$a0😀9Z0aca',
    'hoDQPSZXFILrf',
    5000,
    '$6$hoDQPSZXFILrf$UF.lT0qeZkx9jn1IYjq0rVRsh/Yi6ZBdO1auDMUrguteDEiooF5puDGYhuBdFLyZq.aKkZp4.ZrhnnV1bZRXm1',
  ],
])('the crypt text of %j with salt %s and %i rounds', (password, salt, rounds, text) => {
  expect(sha512Crypt(password, salt, rounds)).toBe(text)
})

test('Ansible’s default rounds, in a few seconds', () => {
  const text =
    '$6$rounds=656000$zg05nuSqCeznzinp$UKoruB9e24e8J/JS7p.CV14AVEAbsye2cRFuimmVW4sWN/ZD.ncylVamdRtuBW1eh2OqMIKiGnySKGyhNJS3T.'
  expect(sha512Crypt('arista', 'zg05nuSqCeznzinp', 656_000)).toBe(text)
})

test('the filter hands a valid password, salt and rounds on', () => {
  const lookup = vi.fn(() => 'hashed')
  const filter = passwordHashFilter(lookup)
  expect(run(filter, 'arista', ['sha512', 'mysalt12'], { rounds: 5000 })).toBe('hashed')
  expect(run(filter, 'arista', [], { salt: './aZ09' })).toBe('hashed')
  expect(lookup.mock.calls).toEqual([
    ['arista', 'mysalt12', 5000],
    ['arista', './aZ09', 656_000],
  ])
})

test.each([
  ['arista', ['sha512'], {}, 'would change the configuration at every request'],
  ['arista', ['sha512', 'salt'], { salt_size: 8 }, 'random salt'],
  ['arista', ['md5', 'salt'], {}, "'md5' is not supported"],
  ['arista', ['sha512', 'not a salt'], {}, '1 to 16 characters'],
  ['arista', ['sha512', 'x'.repeat(17)], {}, '1 to 16 characters'],
  ['arista', ['sha512', 'salt\n'], {}, '1 to 16 characters'],
  ['arista', ['sha512', 'salt'], { rounds: 999 }, 'rounds must be from 1000'],
  ['arista', ['sha512', 'salt'], { rounds: 1e9 }, 'rounds must be from 1000'],
  ['arista', ['sha512', 'salt'], { rounds: Number.POSITIVE_INFINITY }, 'rounds must be an integer'],
  [12345, ['sha512', 'salt'], {}, 'the password must be a text'],
  [undefined, ['sha512', 'salt'], {}, 'the password must be a text'],
  ['a\0b', ['sha512', 'salt'], {}, 'NUL'],
  ['x'.repeat(4097), ['sha512', 'salt'], {}, 'longer than 4096 bytes'],
])('a mistake in the template is told: %#', (value, args, named, message) => {
  const lookup = vi.fn(() => '')
  expect(() => run(passwordHashFilter(lookup), value, args, named)).toThrow(message)
  expect(lookup).not.toHaveBeenCalled()
})

test('no message shows a password', () => {
  expect(() =>
    run(
      passwordHashFilter(() => ''),
      's3cret\0',
      ['sha512', 'salt'],
    ),
  ).not.toThrow('s3cret')
})
