"""The checks of `broadsheet doctor`: one function for each, which names the next command if the check fails."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

DEPLOY = "make deploy"
OF_CLOUDFRONT = "us-east-1"  # CloudFront reads certificates only here, whatever the region of the stack
LATE = 60_000  # milliseconds that the table's stream may lag
SMALL = 10  # concurrent functions that a new account may run
REQUEST = f"aws acm request-certificate --region {OF_CLOUDFRONT} --validation-method DNS --domain-name"


class Finding(TypedDict):
    """One check: its result, and the next step if it failed."""

    check: str
    ok: bool
    message: str
    next: str | None


def right(check: str, message: str) -> Finding:
    return {"check": check, "ok": True, "message": message, "next": None}


def wrong(check: str, message: str, next: str) -> Finding:
    return {"check": check, "ok": False, "message": message, "next": next}


def of_credentials(identity: Mapping[str, Any]) -> Finding:
    if str(identity["Arn"]).endswith(":root"):
        return wrong(
            "credentials",
            "these are the account's root credentials, which should not be used for work",
            "make a user in IAM Identity Center, then 'aws sso login'",
        )
    return right("credentials", f"{identity['Arn']} in account {identity['Account']}")


def of_region(region: str | None) -> Finding:
    if region is None:
        return wrong("region", "no region is chosen", "export AWS_REGION=eu-west-1, or the one you want")
    return right("region", region)


def of_stack(name: str, stack: Mapping[str, Any] | None) -> Finding:
    if stack is None:
        return wrong("stack", f"there is no stack '{name}' in this region", DEPLOY)
    status = str(stack["StackStatus"])
    if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        return right("stack", f"{name} is {status}")
    if status == "UPDATE_ROLLBACK_COMPLETE":
        return wrong(
            "stack",
            f"{name} runs, but the last deployment failed and was rolled back",
            f"aws cloudformation describe-stack-events --stack-name {name}, then {DEPLOY}",
        )
    if status.endswith("IN_PROGRESS"):
        return wrong(
            "stack",
            f"{name} is being deployed ({status})",
            f"aws cloudformation wait stack-exists --stack-name {name}; the first time takes ten minutes",
        )
    return wrong(
        "stack",
        f"{name} is {status}: {stack.get('StackStatusReason', 'no reason was given')}",
        f"sam delete --stack-name {name}, then {DEPLOY}",
    )


def of_concurrency(limits: Mapping[str, Any], parameters: Mapping[str, str]) -> Finding:
    at_once, scale = int(limits["AccountLimit"]["ConcurrentExecutions"]), parameters.get("Scale", "normal")
    if at_once <= 4 * SMALL and scale == "normal":
        return wrong(
            "concurrency",
            f"the account may run {at_once} functions at once, and Scale=normal asks for forty",
            f"{DEPLOY} with Scale=small, or aws service-quotas request-service-quota-increase --service-code "
            "lambda --quota-code L-B99A9384 --desired-value 1000",
        )
    return right("concurrency", f"the account may run {at_once} functions at once; the stack is {scale}")


def of_mail(account: Mapping[str, Any], parameters: Mapping[str, str]) -> Finding:
    if not parameters.get("SenderEmail"):
        return wrong("mail", "no sender is set: neither editors nor readers are mailed", f"{DEPLOY} with SenderEmail")
    if not account.get("SendingEnabled", True):
        return wrong("mail", "SES has stopped this account from sending", "see the account's status in the SES console")
    if not account.get("ProductionAccessEnabled"):
        return wrong(
            "mail",
            "SES is in its sandbox: it mails only confirmed addresses, 200 a day",
            "aws sesv2 put-account-details --production-access-enabled --mail-type TRANSACTIONAL "
            "--website-url SITE --use-case-description TEXT",
        )
    return right("mail", "SES mails anybody")


def of_sender(sender: str, identities: Mapping[str, Mapping[str, Any]]) -> Finding:
    """Check the sender. identities: the SES identities of the address and of its domain."""
    domain = sender.rpartition("@")[2]
    known = {name: identity for name, identity in identities.items() if identity.get("VerifiedForSendingStatus")}
    if not known:
        return wrong(
            "sender",
            f"SES may not send as {sender} yet",
            "follow the link in the mail that SES sent there, "
            f"or verify the domain: aws sesv2 create-email-identity --email-identity {domain}",
        )
    signing = known.get(domain, {}).get("DkimAttributes", {})
    if signing.get("Status") != "SUCCESS":
        return wrong(
            "sender",
            f"mail from {sender} is not signed by {domain}, and many receivers refuse it (DMARC)",
            f"aws sesv2 create-email-identity --email-identity {domain}, and set the three CNAME records it names",
        )
    return right("sender", f"SES may send as {sender}, signed by {domain}")


def of_certificate(domain: str, arn: str, certificate: Mapping[str, Any] | None) -> Finding:
    if not arn:
        return wrong("certificate", f"{domain} has no certificate", f"{REQUEST} {domain}")
    if (place := arn.split(":")[3]) != OF_CLOUDFRONT:
        return wrong(
            "certificate",
            f"the certificate is in {place}, and CloudFront looks in {OF_CLOUDFRONT}",
            f"{REQUEST} {domain}",
        )
    if certificate is None or certificate.get("Status") != "ISSUED":
        status = certificate.get("Status", "unknown") if certificate else "not there"
        return wrong(
            "certificate",
            f"the certificate is {status}",
            f"set the CNAME record that this command shows: aws acm describe-certificate --region {OF_CLOUDFRONT} "
            f"--certificate-arn {arn}",
        )
    names = {str(certificate.get("DomainName")), *certificate.get("SubjectAlternativeNames", [])}
    if not names & {domain, f"*.{domain.partition('.')[2]}"}:
        return wrong(
            "certificate",
            f"the certificate is for {', '.join(sorted(names))}, not for {domain}",
            f"{REQUEST} {domain}",
        )
    return right("certificate", f"{domain} has one")


def of_secret(missing: Sequence[str]) -> Finding:
    if missing:
        return wrong(
            "secret",
            f"there is no secret for {' and '.join(missing)} yet: no comment is accepted, and no mailed link works",
            "wait a minute: ModerateComment makes it, or its log says why",
        )
    return right("secret", "readers and editors have one")


def of_alarms(subscriptions: Sequence[Mapping[str, Any]]) -> Finding:
    confirmed = [one for one in subscriptions if str(one["SubscriptionArn"]).startswith("arn:")]
    if not subscriptions:
        return wrong("alarms", "nobody gets mail about alarms", f"{DEPLOY} with OperatorEmail or EditorEmail")
    if not confirmed:
        endpoints = ", ".join(str(one["Endpoint"]) for one in subscriptions)
        return wrong("alarms", f"{endpoints} has not confirmed yet", "follow the link in the mail that SNS sent there")
    return right("alarms", f"go to {', '.join(str(one['Endpoint']) for one in confirmed)}")


def of_dead_letters(held: Mapping[str, int]) -> Finding:
    parked = {name: number for name, number in held.items() if number}
    if parked:
        counts = ", ".join(f"{number} in {name}" for name, number in parked.items())
        return wrong("dead letters", counts, "broadsheet deadletters list")
    return right("dead letters", "there are none")


def of_stream(ages: Sequence[float]) -> Finding:
    """Check the stream. ages: the highest of each recent minute, in milliseconds; none while nothing changes."""
    if max(ages, default=0) > LATE:
        return wrong(
            "stream",
            f"changes wait {max(ages) / 1000:.0f} seconds to be planned: readers see older pages",
            "see the log of PlanPages",
        )
    return right("stream", "changes are planned at once")


def of_settings(is_there: bool) -> Finding:
    if not is_there:
        return wrong("settings", "no site.yaml is published: the paper has no title", "broadsheet publish site.yaml")
    return right("settings", "site.yaml is published")


def of_home(address: str, status: int | str, is_rendered: bool) -> Finding:
    if not is_rendered:
        return wrong("home page", "there is none in the site bucket", "broadsheet rebuild --wait")
    if status != 200:
        return wrong(
            "home page",
            f"{address} answers {status}",
            "point its DNS record at the distribution, and wait until that is deployed",
        )
    return right("home page", f"{address} answers")


def of_zips(running: Mapping[str, str], built: Mapping[str, str]) -> Finding:
    """Check the zips. running, built: the digest of each zip, by verb; built is empty on a machine without zips."""
    other = sorted(name for name in running if name in built and running[name] != built[name])
    if not built:
        return right("zips", f"{len(running)} functions run; there are no zips here to compare them with")
    if other:
        return wrong("zips", f"{', '.join(other)}: what runs is not what is in build/", DEPLOY)
    return right("zips", f"{len(running)} functions run the code in build/")


def of_protection(protected: Mapping[str, bool]) -> Finding:
    if open_ := [name for name, is_protected in protected.items() if not is_protected]:
        return wrong(
            "protection", f"{', '.join(open_)} can be deleted by mistake", f"{DEPLOY} with DeletionProtection=true"
        )
    return right("protection", "the tables refuse to be deleted")
