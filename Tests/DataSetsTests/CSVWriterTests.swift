import DataSets
import Diagnostics
import Tensors
import TestSupport
import Testing

@Suite("Writing data sets as tables") struct CSVWriterTests {
  @Test func aListOfClassesIsWrittenOnlyWhereItIsNeeded() throws {
    let rows = try Rows(Tensor([1, 2] as [Float], shape: [2, 1]), columns: ["a"], label: "kind")
    let files = MemoryFiles()
    try CSVWriter.write(rows, labels: [0, 1], names: ["cat", "dog"], to: "few.csv", files)
    #expect(files.files.keys.sorted() == ["few.csv"])
    try CSVWriter.write(rows, labels: [0, 1], names: ["dog", "cat"], to: "few.csv", files)
    #expect(String(decoding: files.files["few-classes.csv"] ?? [], as: UTF8.self) == "class,kind\n0,dog\n1,cat\n")
  }

  @Test func whatCannotComeBackIsRefused() throws {
    let numbers = try Tensor([1, 2] as [Float], shape: [2, 1])
    let files = MemoryFiles()
    #expect(throws: Fault.self) { try CSVWriter.write(Rows(numbers), labels: [0, 1], names: ["a", "a"], to: "a.csv", files) }
    #expect(throws: Fault.self) { try CSVWriter.write(Rows(numbers, columns: ["a\0"]), labels: nil, names: [], to: "a.csv", files) }
    #expect(files.files.isEmpty)
  }
}
