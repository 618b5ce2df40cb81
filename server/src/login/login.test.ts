import { openApplication, type Answer, type TestApplication } from '../../test/application.ts'
import { inventPassport, inventPerson, Journey, newKey, type Host, type Invented, type Traveller } from '../../test/journey.ts'

let on: TestApplication
let journey: Journey
beforeAll(async () => {
  on = await openApplication()
  journey = new Journey(on)
}, 60_000)
afterAll(() => on.close())
afterEach(() => on.control('/sandbox/faults', undefined, 'DELETE'))

const hosts = ['wechat', 'alipay'] as const
const newUser = async (host: Host, more: object = {}): Promise<string> =>
  (await on.control('/sandbox/users', { host, ...more })).id as string
const newCode = async (host: Host, user: string, scope?: string): Promise<string> =>
  (await on.control('/sandbox/codes', { host, user, ...(scope && { scope }) })).code as string
const logIn = (host: Host, code: string): ReturnType<TestApplication['ask']> => on.ask('POST', '/api/sessions', { host, code })
const refusalOf = ({ status, body }: { status: number; body: Answer }): [number, string] => [status, body.code]
const begin = (who: Traveller, person: Invented): ReturnType<Traveller['post']> => who.post('/api/real-name', { method: 'host', ...person })
/** The person in front of the camera. */
const face = (who: Traveller, begun: Answer, pass: boolean): Promise<Answer> =>
  on.control('/sandbox/face', { host: who.host, id: begun.ticket.verifyId ?? begun.ticket.certifyId, pass })
const inventPermit = (): Invented => ({
  ...inventPassport(),
  documentType: 'hk_macau_permit',
  documentNumber: `H${inventPassport().documentNumber.slice(1)}`,
})
const issueCode = async (person: Invented): Promise<string> => {
  const { status, body } = await on.send('hall', '/office/counter-codes', { operator: 'window-3', ...person })
  expect([status, body.code]).toEqual([200, expect.stringMatching(/^[2-9A-HJKMNP-Z]{6}$/)])
  return body.code as string
}
const useCode = (who: Traveller, code: string, person: Invented): ReturnType<Traveller['post']> =>
  who.post('/api/real-name', { method: 'counter_code', code, ...person })

describe.each(hosts)('login in %s', (host) => {
  test('a code is used once (F4); a made-up one is refused without a reason of ours', async () => {
    const code = await newCode(host, await newUser(host))
    const first = await logIn(host, code)
    expect(first).toMatchObject({ status: 200, body: { host, realName: null, account: expect.stringMatching(/^\d+$/) } })
    for (const wrong of [code, 'made-up']) {
      const refused = await logIn(host, wrong)
      expect([refused.status, refused.body.code, refused.body.facts]).toEqual([401, 'login_refused', { host }])
      expect(refused.body.next.map(({ step }: Answer) => step)).toEqual(['try_again'])
    }
  })

  test('the same user comes back to the same account', async () => {
    const user = await newUser(host)
    const [first, second] = [await logIn(host, await newCode(host, user)), await logIn(host, await newCode(host, user))]
    expect(second.body.account).toBe(first.body.account)
    expect(second.body.token).not.toBe(first.body.token)
  })

  test.each(['drop', 'status_500', 'html_502', 'empty_200'])(
    'the host fails by %s: unavailable with a time to come back, and nothing is made',
    async (fault) => {
      const code = await newCode(host, await newUser(host))
      const accounts = async (): Promise<Answer> => (await on.db.query('SELECT COUNT(*) AS n FROM account'))[0].n
      const before = await accounts()
      await on.control('/sandbox/faults', { on: { path: 'jscode2session|oauth/token' }, host, fault, times: 'always', work: false })
      const refused = await logIn(host, code)
      expect(refusalOf(refused)).toEqual([503, 'unavailable'])
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await accounts()).toBe(before)
      await on.control('/sandbox/faults', undefined, 'DELETE')
      expect((await logIn(host, code)).status).toBe(200)
    },
  )
})

test('the same open id in WeChat and in Alipay is two users with two accounts', async () => {
  const id = `same-${newKey()}`
  const accounts: string[] = []
  for (const host of hosts) {
    await newUser(host, { id })
    accounts.push((await logIn(host, await newCode(host, id))).body.account as string)
  }
  expect(new Set(accounts).size).toBe(2)
})

describe('a session', () => {
  test('ends at once when its person logs out', async () => {
    const who = await journey.logIn()
    expect((await who.get('/api/me')).status).toBe(200)
    const out = await on.ask('DELETE', '/api/sessions/current', undefined, { authorization: `Bearer ${who.token}` })
    expect([out.status, out.body]).toEqual([200, { ended: true }])
    expect(refusalOf(await who.get('/api/me'))).toEqual([401, 'not_logged_in'])
  })

  test('is not opened by a made-up, altered or absent token', async () => {
    const { token } = await journey.logIn()
    const [random = '', tag = ''] = token.split('.')
    const otherTag = `${tag.startsWith('A') ? 'B' : 'A'}${tag.slice(1)}`
    const sent = ['', 'Bearer ', 'Bearer made-up', `Bearer ${random}`, `Bearer ${random}.${otherTag}`, token, `Basic ${token}`]
    for (const authorization of sent)
      expect(refusalOf(await on.ask('GET', '/api/me', undefined, authorization ? { authorization } : {}))).toEqual([401, 'not_logged_in'])
  })

  test('is kept as a hash only', async () => {
    const { token } = await journey.logIn()
    const random = Buffer.from(token.split('.')[0] ?? '', 'base64url')
    const [{ n }] = await on.db.query('SELECT COUNT(*) AS n FROM session WHERE token_hash = ?', [random])
    expect(Number(n)).toBe(0)
  })

  test('a fourth one of an account ends its oldest', async () => {
    const user = await newUser('wechat')
    const four: Traveller[] = []
    for (let n = 0; n < 4; n++) four.push(await journey.logIn('wechat', user))
    const statuses = await Promise.all(four.map(async (who) => (await who.get('/api/me')).status))
    expect(statuses).toEqual([401, 200, 200, 200])
  })

  test.each([
    ['two idle hours', 'seen_at = seen_at - INTERVAL 121 MINUTE'],
    ['a day', 'created_at = created_at - INTERVAL 1441 MINUTE'],
  ])('ends after %s', async (_, change) => {
    const who = await journey.logIn()
    const { account } = (await who.get('/api/me')).body
    await on.db.query(`UPDATE session SET ${change} WHERE account_id = ?`, [account])
    expect(refusalOf(await who.get('/api/me'))).toEqual([401, 'not_logged_in'])
  })
})

describe.each(hosts)('the real-name check of %s', (host) => {
  test('binds the identity when the host says that it passed, and shows it masked (R80)', async () => {
    const [who, person] = [await journey.logIn(host), inventPerson()]
    expect(refusalOf(await who.post('/api/lookups', { entry: 'self' }))).toEqual([403, 'not_real_named'])
    await journey.realName(who, person)
    const { body } = await who.get('/api/me')
    const masked = `${person.name[0]}*${person.name[2]}`
    expect(body.realName).toEqual({ maskedName: masked, lastFour: person.documentNumber.slice(-4), documentType: 'id_card' })
  })

  test('does not believe the phone: not passed, or not gone through, is refused until it is passed (F1)', async () => {
    const [who, person] = [await journey.logIn(host), inventPerson()]
    const begun = (await begin(who, person)).body
    const confirm = (): ReturnType<Traveller['post']> => who.post(`/api/real-name/${begun.check}/confirm`)
    expect(refusalOf(await confirm())).toEqual([422, 'real_name_not_passed'])
    await face(who, begun, false)
    expect(refusalOf(await confirm())).toEqual([422, 'real_name_not_passed'])
    expect((await who.get('/api/me')).body.realName).toBeNull()
    await journey.realName(who, person)
    expect((await who.get('/api/me')).body.realName).not.toBeNull()
  })

  test('belongs to the account that began it: for another it is not there (F2)', async () => {
    const [who, other] = [await journey.logIn(host), await journey.logIn(host)]
    const begun = (await begin(who, inventPerson())).body
    await face(who, begun, true)
    expect(refusalOf(await other.post(`/api/real-name/${begun.check}/confirm`))).toEqual([404, 'not_found'])
    expect((await other.get('/api/me')).body.realName).toBeNull()
    expect((await who.post(`/api/real-name/${begun.check}/confirm`)).status).toBe(200)
  })

  test('is used once (F3) and lives half an hour', async () => {
    const [who, person] = [await journey.logIn(host), inventPerson()]
    const [used, late] = [(await begin(who, person)).body, (await begin(who, person)).body]
    await face(who, used, true)
    await face(who, late, true)
    await on.db.query('UPDATE real_name_check SET expires_at = created_at WHERE check_id = ?', [late.check])
    expect((await who.post(`/api/real-name/${used.check}/confirm`)).status).toBe(200)
    for (const { check } of [used, late])
      expect(refusalOf(await who.post(`/api/real-name/${check}/confirm`))).toEqual([409, 'real_name_gone'])
  })

  test('an account stays with the person it was bound to', async () => {
    const who = await journey.resident(inventPerson(), host)
    const begun = (await begin(who, inventPerson())).body
    await face(who, begun, true)
    expect(refusalOf(await who.post(`/api/real-name/${begun.check}/confirm`))).toEqual([409, 'identity_taken'])
  })

  test('a passport is sent to another check, with the way to a counter code (decision 33)', async () => {
    const refused = await begin(await journey.logIn(host), inventPassport())
    expect([refused.status, refused.body.code, refused.body.facts]).toEqual([422, 'use_other_check', { host }])
    expect(refused.body.next.map(({ step }: Answer) => step)).toContain('counter_code')
  })
})

test('a permit is certified in Alipay and sent to another check in WeChat (decision 33)', async () => {
  const permit = inventPermit()
  expect((await (await journey.resident(permit, 'alipay')).get('/api/me')).body.realName.documentType).toBe('hk_macau_permit')
  expect(refusalOf(await begin(await journey.logIn('wechat'), permit))).toEqual([422, 'use_other_check'])
})

test('an access token of WeChat that ended in flight is fetched anew, once (C12)', async () => {
  await journey.resident(inventPerson())
  const { appid, secret } = on.secrets.wechat
  const renew = { grant_type: 'client_credential', appid, secret, force_refresh: true }
  expect((await on.control('/wechat/cgi-bin/stable_token', renew)).access_token).toEqual(expect.any(String))
  const who = await journey.resident(inventPerson()) // with the token that has just ended
  expect((await who.get('/api/me')).body.realName).not.toBeNull()
})

describe('a counter code (decision 33)', () => {
  test.each(hosts)('verifies a passport holder in %s, once', async (host) => {
    const [who, person] = [await journey.logIn(host), inventPassport()]
    const code = await issueCode(person)
    const passed = await useCode(who, code.toLowerCase(), person)
    expect([passed.status, passed.body.state, passed.body.me.realName.documentType]).toEqual([200, 'passed', 'foreign_passport'])
    expect(refusalOf(await useCode(await journey.logIn(host), code, person))).toEqual([422, 'counter_code_wrong'])
  })

  test('wrong, of somebody else, and expired get one answer and bind nothing', async () => {
    const [who, person] = [await journey.logIn(), inventPassport()]
    const code = await issueCode(person)
    const wrong = `${code.slice(0, 5)}${code.endsWith('2') ? '3' : '2'}`
    const answers = [
      await useCode(who, wrong, person),
      await useCode(who, code, inventPassport()),
      await useCode(who, code, { ...person, name: `${person.name} JR` }),
      await useCode(who, code, { ...person, documentType: 'chinese_passport' }),
    ]
    await on.db.query('UPDATE counter_code SET expires_at = created_at WHERE used_by IS NULL')
    answers.push(await useCode(who, code, person))
    for (const answer of answers) expect([answer.status, answer.body]).toEqual([422, answers[0]?.body])
    expect(answers[0]?.body.code).toBe('counter_code_wrong')
    expect((await who.get('/api/me')).body.realName).toBeNull()
  })

  test('is stored as a keyed hash, with the operator who gave it', async () => {
    const code = await issueCode(inventPassport())
    const rows = await on.db.query('SELECT * FROM counter_code ORDER BY created_at DESC LIMIT 1')
    expect(rows[0].operator).toBe('hall:window-3')
    expect(Buffer.concat([rows[0].code_hash, rows[0].identity_bi]).includes(code)).toBe(false)
  })
})

describe('the identity that Alipay shares (decision 33)', () => {
  const certified = async (more: object): Promise<[Traveller, string]> => {
    const user = await newUser('alipay', more)
    return [await journey.logIn('alipay', user), user]
  }
  const share = (who: Traveller, authCode: string): ReturnType<Traveller['post']> =>
    who.post('/api/real-name', { method: 'host_shared', authCode })
  const passport = (): object => {
    const { documentNumber, name } = inventPassport()
    return { documentType: 'PASSPORT', documentNumber, name }
  }

  test('verifies a certified passport holder', async () => {
    const [who, user] = await certified(passport())
    const passed = await share(who, await newCode('alipay', user))
    expect([passed.status, passed.body.state, passed.body.me.realName.documentType]).toEqual([200, 'passed', 'foreign_passport'])
  })

  test('is refused with the authorisation of another user', async () => {
    const [who] = await certified(passport())
    const [, other] = await certified(passport())
    expect(refusalOf(await share(who, await newCode('alipay', other)))).toEqual([422, 'real_name_not_passed'])
    expect((await who.get('/api/me')).body.realName).toBeNull()
  })

  test('is refused for a used code, without the right to share, without a certificate, and in WeChat', async () => {
    const [who, user] = await certified({ ...passport(), certified: false })
    const code = await newCode('alipay', user)
    expect(refusalOf(await share(who, code))).toEqual([422, 'use_other_check'])
    expect(refusalOf(await share(who, code))).toEqual([422, 'real_name_not_passed'])
    expect(refusalOf(await share(who, await newCode('alipay', user, 'auth_base')))).toEqual([422, 'real_name_not_passed'])
    expect(refusalOf(await share(await journey.logIn('wechat'), 'anything'))).toEqual([422, 'use_other_check'])
  })
})

test('one person has one account in both hosts: orders made in one are seen in the other (R5)', async () => {
  const person = inventPerson()
  await journey.enrol(person)
  const wechat = await journey.resident(person, 'wechat')
  const order = await journey.order(wechat, [journey.regular(await journey.lookUp(wechat), '2022-01', '2022-05')], 342_500)
  const alipay = await journey.logIn('alipay')
  const before = (await alipay.get('/api/me')).body.account
  await journey.realName(alipay, person)
  const [first, second] = [(await wechat.get('/api/me')).body, (await alipay.get('/api/me')).body]
  expect(second.account).toBe(first.account)
  expect(second.account).not.toBe(before)
  for (const who of [wechat, alipay]) {
    expect((await who.get(`/api/orders/${order.body.no}`)).body.state).toBe('held')
    expect((await who.get('/api/orders?open=true')).body.orders.map(({ no }: Answer) => no)).toEqual([order.body.no])
  }
  const again = await journey.logIn('alipay', alipay.user)
  expect((await again.get('/api/me')).body.account).toBe(first.account)
})
