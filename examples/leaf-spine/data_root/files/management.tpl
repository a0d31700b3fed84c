! What makes a leaf a switch that one can log in to. A dollar sign begins a variable; one that is meant, as in the hash
! of the password ("arista", to be replaced), is written twice.
hostname $hostname
dns domain pod1.lab.example
!
username admin privilege 15 role network-admin secret sha512 $$6$$eoslab$$9ijisdWbRb8Q8rMOTga7xFS6sesiCWI8M8rtJUOxBRZWsAteaN5HpxF3aq99nKPh5g3wFKD31QgiDMPQ3eDKs/
aaa authorization exec default local
!
vrf instance MGMT
!
interface Management1
   vrf MGMT
   ip address $address
!
no ip routing vrf MGMT
ip route vrf MGMT 0.0.0.0/0 10.34.8.1
!
ip name-server vrf MGMT $service_host
ntp server vrf MGMT $service_host iburst
logging vrf MGMT host $service_host
!
management api http-commands
   protocol https
   no shutdown
   !
   vrf MGMT
      no shutdown
!
management ssh
   vrf MGMT
      no shutdown
!
event-handler backup
   trigger on-startup-config
   action bash /mnt/flash/ztp/backup.sh
!
