import NodeCore

@main
enum Main {
  static func main() {}
}
