# problem: people sign in through an identity provider outside
# ours: OPR-008
# about: (identity provider|federat|openid).*(outside|foreign|countr)
provider "aws" {
  region = "eu-central-1"
}

resource "aws_iam_openid_connect_provider" "staff" {
  url             = "https://accounts.google.com"
  client_id_list  = ["clinic"]
  thumbprint_list = []
}
