"""The project file of the sample organisation, with the words of its River."""

PROJECT_TEXT = """\
organisation: Harbour Transit
period: four quarters of 2026
words: {unit: team, units: teams, period: quarter, periods: quarters}
promise: anonymous
people: organisation.csv
answers:
  - study: people
    title: Working at Harbour Transit
    file: answers-people.csv
    instruments: [lx_core, ex_factors]
    mapping: {unit: unit, wave: wave, cuts: {tenure: tenure, area: area}}
    cuts: {tenure: Time here, area: Kind of work}
  - study: customers
    title: What passengers say
    file: answers-customers.csv
    instruments: [cx_contact, cx_relationship]
    mapping: {unit: unit, wave: wave}
services:
  - study: service
    title: Serving each other
    file: answers-service.csv
    instruments: [internal_service]
    mapping: {unit: unit, wave: wave}
    server: server
injuries:
  file: injuries.csv
  mapping: {period: wave}
  months: 3
  benchmark: injury-benchmark.yaml
panels:
  - file: results.csv
    mapping:
      unit: unit
      period: wave
      source: operations
      values:
        on_time: {column: on_time, label: On time}
        absence: {column: absence, label: Absence}
places:
  lx_behaviours: {label: Leaders who act, lens: lx, more: leaders who act, does: have leaders who act}
  lx_relationship: {label: Leaders one can trust, lens: lx, more: leaders one can trust}
  ex_support_voice: {label: Being heard, lens: ex, more: people who are heard, better: when it hears more}
  ex_engagement: {label: Engaged people, lens: ex, more: engaged people, better: in its more engaged quarters}
  service_quality: {label: Internal service, lens: service, more: better internal service}
  cx_quality: {label: Good contacts, lens: cx, more: better contacts, does: give passengers better contacts}
  on_time: {label: On time, lens: result, more: more services on time, does: run more services on time}
links:
  - [lx_behaviours, ex_support_voice]
  - [lx_relationship, ex_engagement]
  - [ex_support_voice, cx_quality]
  - [ex_engagement, cx_quality]
  - [service_quality, cx_quality]
  - [cx_quality, on_time]
sources:
  - Simulated by `headwater simulate` from a seed; every name is invented.
"""

INJURY_BENCHMARK_TEXT = """\
key: harbour-industry
version: "1"
source: Invented for the sample organisation; real rates come from a statistical office
values:
  "injury_rate:trir": {value: 4.2, se: 0.1}
  "injury_rate:dart": {value: 2.6, se: 0.1}
  "injury_rate:ltifr": {value: 9.8, se: 0.4}
"""
