// SPDX-License-Identifier: Apache-2.0
import MMP
import Mesh

/// The TXT record of a group's service, in either form: what is read is written the same.
func fuzzGroupRecord(_ bytes: UnsafeRawBufferPointer) {
  for form in GroupForm.allCases {
    guard let record = GroupRecord(Array(bytes), form: form) else { continue }
    let written = record.bytes
    precondition(written.count <= GroupRecord.budget, "a record over its budget")
    precondition(GroupRecord(written, form: form) == record, "a record changed when written")
  }
}

/// The line that invites into a group: one line for one group.
func fuzzGroupLine(_ bytes: UnsafeRawBufferPointer) {
  let text = String(decoding: bytes, as: UTF8.self)
  guard let group = try? GroupInvitation.group(text, wall: 0) else { return }
  let written = GroupInvitation.text(of: group)
  precondition((try? GroupInvitation.group(written, wall: 0)) == group, "a group changed")
}

/// A time of day; what is read is written, to the second, and read again.
func fuzzTime(_ bytes: UnsafeRawBufferPointer) {
  guard let time = UTCTime.milliseconds(String(decoding: bytes, as: UTF8.self)) else { return }
  let second = time >= 0 ? time / 1000 * 1000 : (time - 999) / 1000 * 1000
  guard (-62_135_596_800_000...253_402_300_799_999).contains(time) else { return }
  precondition(UTCTime.milliseconds(UTCTime.text(time)) == second, "a time changed")
}
