! What makes it a leaf: one server network, and BGP to both spines by IPv6 link-local addresses. The links need no addresses
! of their own, so any leaf may stand at any port of a spine.
service routing protocols model multi-agent
!
vlan 10
   name servers
!
interface Loopback0
   ip address $loopback
!
interface Vlan10
   ip address $gateway
!
interface Ethernet1-48
   switchport access vlan 10
   spanning-tree portfast
!
interface Ethernet49-50
   description spines
   mtu 9214
   no switchport
   ipv6 enable
!
ip routing
ip routing ipv6 interfaces
ipv6 unicast-routing
!
ip prefix-list POD seq 10 permit 10.34.255.0/24 eq 32
ip prefix-list POD seq 20 permit 10.34.16.0/20 eq 24
!
route-map CONNECTED permit 10
   match ip address prefix-list POD
!
router bgp $asn
   no bgp default ipv4-unicast
   maximum-paths 2
   neighbor SPINES peer group
   neighbor interface Ethernet49-50 peer-group SPINES remote-as $spine_asn
   redistribute connected route-map CONNECTED
   !
   address-family ipv4
      neighbor SPINES activate
      neighbor SPINES next-hop address-family ipv6 originate
!
end
