import Glibc
import Testing
import Training

@Suite struct LearningRateScheduleTests {
  @Test func aCosineRisesThenFalls() {
    let schedule = LearningRateSchedule.cosine(rate: 2, updates: 110, warmUp: 10, least: 0.5)
    #expect(schedule.rate(at: 0) == 0.2)
    #expect(schedule.rate(at: 9) == 2)
    #expect(schedule.rate(at: 10) == 2)
    #expect(abs(schedule.rate(at: 60) - 1.25) < 1e-12)
    #expect(abs(schedule.rate(at: 35) - (0.5 + 0.75 * (1 + cos(Double.pi / 4)))) < 1e-12)
    #expect(schedule.rate(at: 110) == 0.5)
    #expect(schedule.rate(at: 1_000_000) == 0.5)
  }

  @Test func stepsAndWarmUp() {
    let steps = LearningRateSchedule.steps(rate: 1, every: 3, factor: 0.1)
    #expect([0, 2, 3, 6].map { steps.rate(at: $0) } == [1, 1, 0.1, pow(0.1, 2)])
    let rise = LearningRateSchedule.warmUp(rate: 4, updates: 4)
    #expect((0..<6).map { rise.rate(at: $0) } == [1, 2, 3, 4, 4, 4])
    #expect(LearningRateSchedule.constant(3).rate(at: 99) == 3)
    let fall = LearningRateSchedule.inverse(rate: 4, updates: 10, warmUp: 2)
    #expect([0, 1, 2, 12, 32].map { fall.rate(at: $0) } == [2, 4, 4, 2, 1])
  }
}
