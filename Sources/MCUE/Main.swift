internal import ArgumentParser

@main enum Main {
    static func main() async { await UECommand.main() }
}
