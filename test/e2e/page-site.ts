/**
 * A data root, an inventory and what switches did, for tests of the page.
 */
import { makeFolder, type RunningServer } from '../running-server.ts'

export const macs = {
  leaf1: '52:54:00:00:00:01',
  leaf2: '52:54:00:00:00:02',
  broken: '52:54:00:00:00:03',
  hostile: '52:54:00:00:00:04',
} as const

/** What must never run, and must be seen as it is. */
export const script = '<script>alert("hostname")</script>'
export const image = '<img src=x onerror=alert(1)>'

export function makeSite() {
  return makeFolder({
    'swinfo.json': {
      defaults: { domain: 'lab.example', enable_secret: 'hunter2' },
      [macs.leaf1]: { hostname: 'leaf1', address: "allocate('mgmt')" },
      [macs.leaf2]: { hostname: 'leaf2', address: "allocate('mgmt')" },
      [macs.broken]: { hostname: 'broken1', template: 'broken.njk' },
      '52:54:00:00:00:05': { hostname: 'edited', template: 'edited.njk' },
      [macs.hostile]: { hostname: script, address: '192.0.2.9' },
    },
    'templates/config.njk':
      'hostname {{ hostname }}\nip domain-name {{ domain }}\nusername admin secret {{ enable_secret }}\naddress {{ address }}\n',
    'templates/edited.njk': 'hostname {{ hostname }}\n',
    'templates/broken.njk': 'hostname {{ hostname }}\n!\nip domain-name {{ domian }}\n',
    'data_root/resources/mgmt': '10.0.0.1/24: null\n10.0.0.2/24: null\n10.0.0.3/24: null\n',
    'data_root/definitions/leaf': 'name: leaf\nactions:\n  - {name: install, action: add_config}\n',
    'data_root/neighbordb': `patterns:
  - name: two spines
    definition: leaf
    interfaces:
      - Ethernet49: spine1:Ethernet1
      - Ethernet50: spine2:Ethernet1
  - name: any
    definition: leaf
    interfaces: [any: any:any]
`,
  })
}

/** Asks the switch side as switches do. */
export function switchSide({ port }: Pick<RunningServer, 'port'>) {
  const base = `http://127.0.0.1:${port}`
  const post = (path: string, body: object) =>
    fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  return {
    dynconfig: (mac: string, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`${base}/dynconfig`, { headers: { 'X-Arista-SystemMAC': mac, ...headers } }),
    register: (serialnumber: string, device: string) =>
      post('/nodes', {
        serialnumber,
        systemmac: '52:54:00:00:00:77',
        model: 'DCS-7020TR-48',
        version: '4.32.2F',
        neighbors: { Ethernet49: [{ device, port: 'Ethernet1' }] },
      }),
    report: (node: string, event: object) => post(`/nodes/${node}/events`, event),
    definition: (node: string) => fetch(`${base}/nodes/${node}`),
  }
}
