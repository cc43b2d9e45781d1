internal import ArgumentParser
internal import Base

@main enum Main {
    static func main() async {
        CrashSilence.beginOrExit()
        await UECommand.main()
    }
}
