// SPDX-License-Identifier: Apache-2.0
internal import MMP
internal import Mesh
internal import Runtime

/// Groups on the local network: own services, and those of others.
extension GroupService {
  func advertise(_ group: MeshGroup) {
    for form in GroupForm.allCases where form == .group || settings.advertisesRooms {
      let record = GroupRecord(
        form: form, group: group.id, label: group.label, member: table.own)
      let number = mesh.localNetwork?.publish(
        instance: record.instance, type: form.serviceType, text: record.bytes,
        port: mesh.address.port)
      guard let number else {
        if form == .group { table.advertised(group.id, isUp: false) }
        continue
      }
      publications.append(Publication(number: number, group: group.id, form: form))
    }
  }

  func withdraw(_ id: GroupID) {
    for publication in publications where publication.group == id {
      mesh.localNetwork?.withdraw(publication.number)
    }
    publications.removeAll { $0.group == id }
  }

  /// Follows others' services while there is a group to find members of.
  func follow() {
    guard table.needsDiscovery != !following.isEmpty else { return }
    if following.isEmpty {
      for form in GroupForm.allCases {
        guard let type = mesh.localNetwork?.follow(type: form.serviceType) else { return }
        following.append(type)
      }
    } else {
      for type in following { mesh.localNetwork?.unfollow(type) }
      following = []
    }
  }

  func take(_ event: MDNS.Event) {
    switch event {
    case .serviceFound(let service):
      guard let record = record(of: service) else { return }
      table.found(record, place: Self.place(of: service), at: reactor.now)
      dial(service, record)
    case .serviceLost(let service):
      guard let record = record(of: service) else { return }
      table.lost(record, place: Self.place(of: service), at: reactor.now)
      mesh.lostMember(record.instance)
    case .service(let number, let outcome):
      guard let publication = publications.first(where: { $0.number == number }) else { return }
      if case .failed(let reason) = outcome { log.warning("group", reason) }
      // The seed's form is the one that must be there; its successor's comes along.
      guard publication.form == .group else { return }
      table.advertised(publication.group, isUp: outcome == .published)
    default: return
    }
    settle()
  }

  private func record(of service: MDNS.Service) -> GroupRecord? {
    guard let index = following.firstIndex(of: service.type),
      let form = GroupForm(rawValue: index)
    else { return nil }
    return GroupRecord(service.text, form: form)
  }

  /// Interface and address family, as one number.
  private static func place(of service: MDNS.Service) -> Int64 {
    Int64(service.interface) * 2 + (service.address.isIPv6 ? 1 : 0)
  }

  /// Connects to a member that announces no node of its own: Taumesh nodes do, and are dialed by
  /// that, with their secure link.
  private func dial(_ service: MDNS.Service, _ record: GroupRecord) {
    guard settings.allowsPlaintext, !service.hostName.hasPrefix("taumesh-"),
      table[record.group] != nil, !service.address.isIPv6
    else { return }
    mesh.foundMember(record.instance, at: service.address)
  }
}
