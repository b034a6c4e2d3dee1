// Asks the simulator of IAM what each policy, and what all of them, make of each
// request. What a policy does not see of a request is said, too.
const { runSimulation, anonymousPrincipal } = require('@cloud-copilot/iam-simulate')

const everything = { name: 'FullAWSAccess', policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }

async function ask(request, policies) {
  const scps = policies.filter((p) => p.kind === 'SERVICE_CONTROL_POLICY')
  const rcps = policies.filter((p) => p.kind === 'RESOURCE_CONTROL_POLICY')
  const anonymous = request.principal === 'anonymous'
  const level = (own) => [{ orgIdentifier: 'r-root', policies: own }]
  const answer = await runSimulation({
    request: {
      principal: anonymous ? anonymousPrincipal : request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: request.account },
      contextVariables: request.context,
    },
    identityPolicies: anonymous ? [] : [everything],
    serviceControlPolicies: anonymous ? [] : level([everything, ...scps.map((p) => ({ name: p.name, policy: p.doc }))]),
    resourceControlPolicies: level(rcps.map((p) => ({ name: p.name, policy: p.doc }))),
    resourcePolicy: request.policy,
  }, { simulationMode: 'Strict' })
  if (answer.resultType === 'error') throw new Error(`${request.action} ${request.resource}: ${JSON.stringify(answer.errors)}`)
  return answer
}

async function main() {
  const { policies, requests } = JSON.parse(require('fs').readFileSync(0, 'utf8'))
  const out = []
  for (const request of requests) {
    let all
    try {
      all = await ask(request, policies)
    } catch (e) {
      out.push({ result: e.message, unseen: [], by: [], bare: e.message })
      continue
    }
    const one = { result: all.overallResult, unseen: (all.result ?? all.results[0]).ignoredContextKeys ?? [], by: [], bare: (await ask(request, [])).overallResult }
    for (const p of policies) {
      for (const s of p.doc.Statement) {
        const alone = { ...p, doc: { ...p.doc, Statement: [s] } }
        if ((await ask(request, [alone])).overallResult !== 'Allowed') one.by.push(s.Sid)
      }
    }
    out.push(one)
  }
  process.stdout.write(JSON.stringify(out))
}

main().catch((e) => { console.error(e.message); process.exit(1) })
