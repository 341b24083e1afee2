"""Whose AWS credentials the standard chain gives here, and where they come from. For people; no call depends on it."""

from __future__ import annotations

from typing import NamedTuple

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from connect_operator.aws.clients import CONNECT_TIMEOUT, Client

# GetCallerIdentity is answered everywhere; where no region is set, this one is asked.
_ANY_REGION = "us-east-1"


class CallerIdentity(NamedTuple):
    """The provider of the credentials ("env", "web-identity", …; "" for none), the caller's ARN, or what went wrong."""

    method: str
    arn: str = ""
    trouble: str = ""


def caller_identity() -> CallerIdentity:
    """Ask STS who calls. Blocks; raises nothing that credentials or the network can cause."""
    session = Session()
    try:
        credentials = session.get_credentials()
        if credentials is None:
            return CallerIdentity("")
        config = Config(
            connect_timeout=CONNECT_TIMEOUT, read_timeout=CONNECT_TIMEOUT, retries={"total_max_attempts": 1}
        )
        region = session.get_config_variable("region") or _ANY_REGION
        sts: Client = session.create_client("sts", region_name=region, config=config)
        answer = sts.get_caller_identity()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        return CallerIdentity(str(getattr(credentials, "method", "")), trouble=f"refused by AWS ({code})")
    except BotoCoreError as error:
        return CallerIdentity("", trouble=str(error))
    return CallerIdentity(str(credentials.method), arn=str(answer["Arn"]))
