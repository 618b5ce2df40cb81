import path from 'node:path'
import { openApplication, type TestApplication } from '../../server/test/application.ts'
import { Journey, type Host, type Invented } from '../../server/test/journey.ts'
import { openProxy, type Proxy } from '../../server/test/proxy.ts'
import { openContainer, type Container } from '../container/server.ts'

/** How the stand-ins name kinds of documents. */
const documentKinds: Record<string, string> = { id_card: 'IDENTITY_CARD', foreign_passport: 'PASSPORT' }

/** Where a journey happens: the whole server with the stand-ins, and the container that runs the bundles against it. */
export class Place {
  private constructor(
    readonly application: TestApplication,
    /** What institutions and halls do, and what is needed of people before their journey begins. */
    readonly others: Journey,
    /** Between the phone and the server. */
    readonly network: Proxy,
    readonly container: Container,
  ) {}

  static async open(asOf: string): Promise<Place> {
    const application = await openApplication({ asOf })
    const { hostname, port } = new URL(application.url)
    const network = await openProxy(hostname, Number(port))
    const container = await openContainer({
      port: 0,
      server: `http://127.0.0.1:${network.port}`,
      sandbox: application.sandbox,
      dist: path.resolve(import.meta.dirname, '../../miniapp/dist'),
    })
    return new Place(application, new Journey(application), network, container)
  }

  /** A user of a host whose wallet is certified for this person. */
  async user(host: Host, { name, documentNumber, documentType }: Invented): Promise<string> {
    const user = { host, name, documentNumber, documentType: documentKinds[documentType], certified: true }
    return ((await this.application.control('/sandbox/users', user)) as { id: string }).id
  }
  /** The same, whose account here is real-named already: their phone opens at home after login. */
  async resident(host: Host, person: Invented): Promise<string> {
    const user = await this.user(host, person)
    await this.others.realName(await this.others.logIn(host, user), person)
    return user
  }
  /** What the provider holds of the orders of one user. */
  async ordersOf(user: string): Promise<{ state: string; total: number }[]> {
    const { orders } = (await this.application.control('/sandbox/orders')) as { orders: { payer: string; state: string; total: number }[] }
    return orders.filter(({ payer }) => payer === user)
  }
  async close(): Promise<void> {
    await this.container.close()
    await this.network.close()
    await this.application.close()
  }
}
