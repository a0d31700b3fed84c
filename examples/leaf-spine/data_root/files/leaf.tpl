interface Loopback0
   ip address $loopback
!
interface Ethernet49-50
   no switchport
   ipv6 enable
!
ip routing ipv6 interfaces
!
router bgp $asn
   neighbor SPINES peer group
   neighbor SPINES remote-as $spine_asn
   neighbor interface Ethernet49-50 peer-group SPINES
   redistribute connected
!
